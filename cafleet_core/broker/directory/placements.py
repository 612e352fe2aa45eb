"""Make placements from panes: the pane's agent, its processes, the commands to type into."""

from __future__ import annotations

import os

from cafleet_core import clock, host, process
from cafleet_core.agents import catalog, cues
from cafleet_core.broker.directory import identity
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import program
from cafleet_core.panes.tmux import facts, marks
from cafleet_core.panes.tmux.facts import Here, is_shell
from cafleet_core.panes.tmux.marks import MarkedPane
from cafleet_core.push.script import can_name
from cafleet_core.records import Agent, Placement
from cafleet_core.states import EventKind
from cafleet_core.storage import agents, events, outbox

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def placement_in(here: Here, coding_agent: str, at: str) -> Placement:
    """The placement of an agent that registers itself in the pane `here`."""
    pane = here.pane
    placement = Placement(
        director_agent_id=None,
        host=host.host_id(),
        tmux_socket=here.socket,
        tmux_server_pid=pane.server_pid,
        tmux_server_started=pane.server_started,
        tmux_session=pane.session,
        tmux_window_id=pane.window_id,
        tmux_pane_id=pane.pane_id,
        coding_agent=coding_agent,
        process_names=" ".join(
            typable(coding_agent, "" if here.is_us else pane.command)
        ),
        cues=catalog.cues(coding_agent).dump(),
        pane_state=None,
        pane_state_since=None,
        created_at=at,
    )
    known = not here.is_us and pane.command in catalog.process_names(coding_agent)
    return with_processes(placement, pane.pid, known and _may_be(placement, pane.pid))


def _may_be(placement: Placement, pane_pid: int) -> bool:
    """Whether what is in front in a pane may be the agent, by its command line."""
    front = process.in_front(pane_pid) if pane_pid else None
    patterns = cues.parse(placement.cues).program
    return front is None or program.may_be(patterns, front.pid)


def with_processes(placement: Placement, pane_pid: int, is_agent: bool) -> Placement:
    """The placement with its pane's first process, and the one in front if that `is_agent`."""
    front = process.in_front(pane_pid) if is_agent and pane_pid else None
    return placement._replace(
        pane_pid=pane_pid,
        pane_started=process.started(pane_pid) if pane_pid else "",
        program_pid=front.pid if front else 0,
        program_started=front.started if front else "",
    )


def pane_of(member: Agent) -> tuple[Placement, str]:
    """A member's placement and pane id; raises Refused while the pane is being made."""
    placement = member.placement
    if placement is None or placement.tmux_pane_id is None:
        raise Refused(
            f"member {member.agent_id} has no pane yet (pending placement)"
            " — nothing to send."
        )
    return placement, placement.tmux_pane_id


def typable(coding_agent: str, seen: str) -> list[str]:
    """The foreground commands that may be typed into: the known ones and `seen`, but no shell."""
    names = list(catalog.process_names(coding_agent))
    if can_name(seen) and seen not in names and not is_shell(seen):
        names.append(seen)
    return names


def mark_pane(agent: Agent) -> bool:
    """Mark the agent's pane with its id for the writer to check; whether that worked.

    A server that is gone is no error: the pane is dead, and an agent that is committed by
    then is shown as such.
    """
    pane = _marked_pane(agent)
    return pane is not None and marks.add(pane, agent.agent_id)


def mark_again(agent: Agent) -> bool:
    """Mark the agent's pane with its id if it is provably the same pane; whether it was marked.

    Proof is the same server by pid and start time, and in it the same pane with the same
    first process by pid and start time. Raises TmuxError if tmux cannot be asked.
    """
    placement = agent.placement
    if placement is None or placement.host != host.host_id():
        return False
    pane = facts.panes(placement.tmux_socket).get(placement.tmux_pane_id or "")
    if pane is None or pane.dead or not placement.pane_started:
        return False
    stored = (placement.tmux_server_pid, placement.tmux_server_started)
    same = (
        (pane.server_pid, pane.server_started) == stored
        and pane.pid == placement.pane_pid
        and process.started(pane.pid) == placement.pane_started
    )
    return same and mark_pane(agent)


def adopt(registry: Registry, agent: Agent) -> Agent:
    """Bind an agent to the program that now runs in its pane, whatever ran there before.

    If a shell or this very command is in front, the program is bound with the next turn.
    Raises Refused if the pane does not exist, TmuxError if tmux cannot be asked.
    """
    agent = identity.find_agent(registry, agent.session_id, agent.agent_id)
    placement, pane_id = pane_of(agent)
    if placement.host != host.host_id():
        raise Refused(
            f"agent {agent.agent_id} lives on another machine: adopt it there."
        )
    pane = facts.panes(placement.tmux_socket).get(pane_id)
    stored = (placement.tmux_server_pid, placement.tmux_server_started)
    if pane is None or pane.dead or (pane.server_pid, pane.server_started) != stored:
        raise Refused(f"pane {pane_id} of agent {agent.agent_id} is gone.")
    front = process.in_front(pane.pid)
    is_us = front is not None and front.pid == os.getpid()
    is_agent = not is_us and not is_shell(pane.command) and _may_be(placement, pane.pid)
    names = typable(placement.coding_agent, pane.command if is_agent else "")
    known_as = dict.fromkeys([*placement.process_names.split(), *names])
    now = with_processes(placement, pane.pid, is_agent)
    now = now._replace(process_names=" ".join(known_as))
    adopted = agent._replace(placement=now)
    at = clock.stamp()
    with registry.write():
        agents.place(registry, agent.agent_id, now)
        outbox.make_due(registry, agent.agent_id, at)
        if _is_another(placement, now):
            events.add(
                *(registry, EventKind.RESTARTED, at, agent.session_id, agent.agent_id),
                new=placement.coding_agent,
            )
    mark_pane(adopted)
    return adopted


def _is_another(before: Placement, now: Placement) -> bool:
    """Whether the pane's first process is another one by now, or the program that was known."""
    first = (before.pane_pid, before.pane_started)
    program = (before.program_pid, before.program_started)
    return first != (now.pane_pid, now.pane_started) or (
        before.program_pid != 0 and program != (now.program_pid, now.program_started)
    )


def unmark_pane(agent: Agent) -> None:
    """Remove a deregistered agent's mark from its pane, but no other agent's."""
    pane = _marked_pane(agent)
    if pane is not None:
        marks.remove(pane, agent.agent_id)


def is_news(agent: Agent) -> bool:
    """Whether the pane was not yet told that this agent is assumed there; marks it as told."""
    pane = _marked_pane(agent)
    return pane is None or marks.note(pane, agent.agent_id)


def _marked_pane(agent: Agent) -> MarkedPane | None:
    """The agent's pane, if it was placed on this host."""
    placement = agent.placement
    if (
        placement is None
        or not placement.tmux_pane_id
        or placement.host != host.host_id()
    ):
        return None
    return MarkedPane(
        placement.tmux_socket,
        placement.tmux_server_pid,
        placement.tmux_pane_id,
        placement.pane_pid,
    )
