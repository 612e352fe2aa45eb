"""The pane of an agent that is started again: its own, once its program has ended, or a new one."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.directory import identity
from cafleet_core.broker.team import cleanup, delete_member, own_window
from cafleet_core.config import keys
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import process_tree
from cafleet_core.panes.reading.look import look
from cafleet_core.panes.tmux import client, commands, facts, marks, new_pane, servers
from cafleet_core.panes.tmux.facts import STATE_OPTION
from cafleet_core.panes.tmux.marks import MarkedPane
from cafleet_core.panes.tmux.new_pane import Room
from cafleet_core.states import PaneState, PushReason
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cafleet_core.panes.tmux.facts import PaneFacts
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry

_FORCE = "--force ends it all the same, and that is lost."
_WORDS = 60


class NewPane(NamedTuple):
    """A pane that was made, and its tmux server."""

    socket: str
    pane_id: str


def emptied(
    registry: Registry, agent: Agent, force: bool, exit_seconds: float
) -> str | None:
    """The agent's pane, its program ended; None where it has none that may be used again.

    A pane in which something else was started since is left alone. Raises Refused where a
    question or a draft stands there, or another agent or program lives in it, and NotReady
    where its program does not end; with `force` only for another agent. Raises ServerSilent
    if tmux cannot be asked.
    """
    placement = agent.placement
    if placement is None or not placement.tmux_pane_id:
        return None
    if cleanup.not_ours(placement, agent.agent_id):
        return None
    pane = facts.panes(placement.tmux_socket)[placement.tmux_pane_id]
    if pane.dead:
        return pane.pane_id
    known = placement.pane_pid in (0, pane.pid)
    if not known and not _is_half_started(agent, pane):
        return None
    _expect_alone(registry, agent, placement, pane)
    if force:
        return pane.pane_id
    if known:
        reading = look([agent])[agent.agent_id]
        if reading.state == PaneState.SHELL:
            return None
        _expect_nothing_lost(agent, pane, reading)
    ending = f"member restart --member-id {agent.agent_id}"
    delete_member.ask_to_leave(agent, placement, exit_seconds, ending)
    return pane.pane_id


def opened(
    agent: Agent,
    pane_id: str | None,
    starter: Sequence[str],
    make_pane: Callable[[Sequence[str]], NewPane],
) -> NewPane:
    """The pane in which the launch order is carried out: this one of the agent's, or a new one.

    What an interrupted restart has opened besides is closed.
    """
    placement = agent.placement
    assert placement is not None  # noqa: S101  # only those are started again
    _leave_others(agent, placement, pane_id)
    if pane_id is None:
        return make_pane(starter)
    socket = placement.tmux_socket
    # what a hook said of the program before says nothing of this one
    commands.run(socket, "set-option", "-p", "-u", "-t", pane_id, STATE_OPTION)
    commands.run(socket, "respawn-pane", "-k", "-t", pane_id, "--", *starter)
    return NewPane(socket, pane_id)


def beside_director(
    registry: Registry, agent: Agent, layout: str | None
) -> Callable[[Sequence[str]], NewPane]:
    """What makes a new pane for a member: beside its Director, else a window of its own."""

    def make(argv: Sequence[str]) -> NewPane:
        director = _director(registry, agent)
        if director is not None:
            home = new_pane.make(
                director.tmux_socket,
                (agent.placement and agent.placement.director_agent_id) or "",
                director.tmux_pane_id or "",
                agent.name,
                argv,
                Room(layout or Room().layout),
            )
            return NewPane(director.tmux_socket, home.pane_id)
        session = identity.find_session(registry, agent.session_id)
        opened = own_window.opened(registry, session, agent.name, argv)
        return NewPane(opened.socket, opened.pane_id)

    return make


def _director(registry: Registry, agent: Agent) -> Placement | None:
    """Where a member's Director lives, if that pane is provably there."""
    directed_by = agent.placement and agent.placement.director_agent_id
    for director in lookup.by_ids(registry, [directed_by] if directed_by else []):
        placement = director.placement
        if (
            placement
            and placement.tmux_pane_id
            and not cleanup.not_ours(placement, director.agent_id)
        ):
            return placement
    return None


def _is_half_started(agent: Agent, pane: PaneFacts) -> bool:
    """Whether a pane runs the agent by a restart that was killed before it was stored."""
    started_as = process_tree.environ(pane.pid).get(keys.AGENT_ID)
    return started_as == agent.agent_id


def _leave_others(agent: Agent, placement: Placement, kept: str | None) -> None:
    """Close what an interrupted restart has opened; unmark a pane that runs something else."""
    try:
        listed = facts.panes(placement.tmux_socket).values()
    except client.ServerSilent:
        if not servers.ended(placement.tmux_server_pid):
            raise
        return
    for pane in listed:
        if agent.agent_id not in pane.agent_ids or pane.pane_id == kept:
            continue
        if pane.dead or _is_half_started(agent, pane):
            commands.kill(placement.tmux_socket, pane.pane_id)
        else:
            left = (placement.tmux_socket, pane.server_pid, pane.pane_id, pane.pid)
            marks.remove(MarkedPane(*left), agent.agent_id)


def _expect_alone(
    registry: Registry, agent: Agent, placement: Placement, pane: PaneFacts
) -> None:
    living = lookup.pane_agents(
        registry,
        placement.host,
        placement.tmux_socket,
        placement.tmux_server_pid,
        pane.pane_id,
    )
    others = [other for other in living if other.agent_id != agent.agent_id]
    if others:
        raise Refused(
            f"{text.label(others[0].name)} lives in pane {pane.pane_id} too, and would end"
            f" with {text.label(agent.name)}.",
            "End the other one first.",
        )


def _expect_nothing_lost(agent: Agent, pane: PaneFacts, reading: PaneReading) -> None:
    name = text.label(agent.name)
    if reading.refusal == PushReason.ANOTHER_AGENT:
        raise Refused(
            f"pane {pane.pane_id} of {name} runs another program: {reading.evidence}.",
            _FORCE,
        )
    if reading.state == PaneState.WAITING:
        asked = reading.question.asked if reading.question else reading.evidence
        raise Refused(f"{name} asks something: {_short(asked)}", _FORCE)
    if reading.draft:
        raise Refused(f"{name} holds a draft: {_short(reading.draft)}", _FORCE)


def _short(words: str) -> str:
    line = text.one_line(words)
    return line if len(line) <= _WORDS else f"{line[:_WORDS]}…"
