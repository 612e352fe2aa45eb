"""Take coding agents that run already into a team, and let members go unharmed."""

from __future__ import annotations

from cafleet_core import clock, host, process, text
from cafleet_core.agents import catalog
from cafleet_core.broker.directory import agents as registration
from cafleet_core.broker.directory import placements
from cafleet_core.broker.team import operations
from cafleet_core.errors import NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import fuse, program, self_reports
from cafleet_core.panes.reading.box import Cursor
from cafleet_core.panes.tmux import facts, marks, snapshot
from cafleet_core.panes.tmux.facts import Here
from cafleet_core.panes.tmux.marks import MarkedPane
from cafleet_core.states import AgentKind, PaneState
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from cafleet_core.agents.cues import Cues
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.panes.tmux.facts import PaneFacts
    from cafleet_core.panes.tmux.snapshot import PaneSnapshot
    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry


class Unowned(NamedTuple):
    """A pane in which a coding agent runs that is no team's; `kinds` are what it may be."""

    pane: PaneFacts
    kinds: tuple[str, ...]
    state: PaneState


def unowned(registry: Registry, caller: Caller) -> list[Unowned]:
    """The panes of the Director's tmux server that `adopt` takes, with their agents' states.

    Raises Refused for a caller that is not a Director in a pane, TmuxError.
    """
    director = _director(caller)
    socket = director.tmux_socket
    owned = _owned(registry, socket)
    free = [
        pane
        for pane in facts.panes(socket).values()
        if not (pane.dead or pane.agent_ids or pane.pane_id in owned) and _kinds(pane)
    ]
    seen = snapshot.take(socket, [pane.pane_id for pane in free])
    return [
        Unowned(
            *(pane, kinds := _kinds(pane)),
            _state(seen.get(pane.pane_id), catalog.cues(kinds[0])),
        )
        for pane in free
    ]


def adopt(
    registry: Registry, caller: Caller, pane_id: str, name: str, coding_agent: str = ""
) -> Agent:
    """Make the coding agent in a pane a member of the Director's; nothing is typed.

    With an empty `name` it is named after its kind. Raises Refused if the pane is another
    agent's, if no known coding agent is in front there, or if it may be several and
    `coding_agent` says which of them in vain; NotFound without such a pane.
    """
    director = _director(caller)
    pane = facts.panes(director.tmux_socket).get(pane_id)
    if pane is None or pane.dead:
        raise NotFound(f"there is no pane '{text.one_line(pane_id)}' with a program.")
    if pane.agent_ids or pane_id in _owned(registry, director.tmux_socket):
        raise Refused(f"pane {pane_id} is another agent's.")
    kind = _kind(pane, coding_agent)
    member = _member(registry, caller, Here(director.tmux_socket, pane), kind, name)
    with registry.write():
        registration.add(registry, member)
    first = member.placement.pane_pid if member.placement else 0
    claimed = MarkedPane(director.tmux_socket, pane.server_pid, pane_id, first)
    if not marks.claim(claimed, member.agent_id):
        operations.erase(registry, member.agent_id)
        raise Refused(f"pane {pane_id} has changed, or is another agent's by now.")
    return member


def release(registry: Registry, member: Agent) -> None:
    """Deregister a member, and leave its pane and program as they are.

    What it has not acked fails, as its senders see. Raises Refused if it lives on another
    machine, whose pane keeps its mark.
    """
    placement = member.placement
    if placement is not None and placement.host != host.host_id():
        raise Refused(
            f"agent {member.agent_id} lives on another machine: release it there."
        )
    registration.deregister(registry, member)


def _director(caller: Caller) -> Placement:
    placement = caller.agent.placement
    if (
        caller.agent.kind != AgentKind.DIRECTOR
        or placement is None
        or placement.host != host.host_id()
    ):
        raise Refused(
            f"agent {caller.agent.agent_id} is not a Director in a tmux pane."
        )
    return placement


def _owned(registry: Registry, socket: str) -> set[str | None]:
    """The panes of a server that active agents of any session are placed in."""
    return {
        agent.placement.tmux_pane_id
        for agent in lookup.agents_on(registry, host.host_id())
        if agent.placement and agent.placement.tmux_socket == socket
    }


def _kinds(pane: PaneFacts) -> tuple[str, ...]:
    """The coding agents that what is in front in a pane may be."""
    front = process.in_front(pane.pid)
    return tuple(
        kind.name
        for kind in catalog.load().values()
        if pane.command in kind.process_names
        and (front is None or program.may_be(kind.cues.program, front.pid))
    )


def _kind(pane: PaneFacts, wanted: str) -> str:
    kinds = _kinds(pane)
    if not kinds:
        command = text.label(pane.command)
        raise Refused(f"'{command}' in pane {pane.pane_id} is no known coding agent.")
    if wanted and wanted not in kinds:
        raise Refused(
            f"what runs in pane {pane.pane_id} may be {' or '.join(kinds)}, not"
            f" '{text.label(wanted)}'."
        )
    if not wanted and len(kinds) > 1:
        raise Refused(
            f"what runs in pane {pane.pane_id} may be {' or '.join(kinds)}.",
            "Say which it is with `--coding-agent`.",
        )
    return wanted or kinds[0]


def _member(
    registry: Registry, caller: Caller, here: Here, kind: str, name: str
) -> Agent:
    at = clock.stamp()
    placement = placements.placement_in(here, kind, at)
    name = name or _free_name(registry, caller, kind)
    description = f"Adopted in pane {here.pane.pane_id}"
    new = registration.new_agent(
        caller.session, name, description, AgentKind.MEMBER, at
    )
    director = caller.agent.agent_id
    return new._replace(placement=placement._replace(director_agent_id=director))


def _free_name(registry: Registry, caller: Caller, kind: str) -> str:
    """The kind, or the kind with the first number that makes it nobody's name yet."""
    active = lookup.active_agents(registry, caller.session.session_id)
    number, name = 1, kind
    while any(text.same_name(name, agent.name) for agent in active):
        number += 1
        name = f"{kind}-{number}"
    return name


def _state(seen: PaneSnapshot | None, cues: Cues) -> PaneState:
    """What the agent in an unowned pane does."""
    if seen is None:
        return PaneState.UNKNOWN
    reports = self_reports.read(cues.record, seen.pid, seen.stamped)
    column = int(seen.position.partition(" ")[0])
    cursor = Cursor(seen.cursor_row, seen.caret, column)
    return fuse.fuse(seen.screen, seen.title, cues, reports, cursor).state
