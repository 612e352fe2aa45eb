"""Start a session's agents again after a reboot, or the end of their tmux server."""

from __future__ import annotations

import os

from cafleet_core import host
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.team import restart_member, starts, up
from cafleet_core.broker.team.restart_pane import NewPane
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading.look import look
from cafleet_core.panes.tmux import servers, windows
from cafleet_core.states import AgentKind, PaneState
from cafleet_core.storage import lookup
from cafleet_core.storage import starts as start_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.broker.team.restart_member import MakePane, Restart
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, Session
    from cafleet_core.requests import StartResult
    from cafleet_core.storage.registry import Registry

_ENDED = (PaneState.DEAD, PaneState.SHELL)


class Resumption(NamedTuple):
    """An agent and what became of it: `started`, the `error` of its start, or neither: it lives.

    In a plan an agent without an error is to be started if it `is_gone`.
    """

    agent: Agent
    is_gone: bool
    started: StartResult | None = None
    error: CafleetError | None = None


def plan(registry: Registry, session: Session, how: Restart) -> Iterator[Resumption]:
    """What `resume` would do, agent by agent, without doing it."""
    for agent, reading in _placed(registry, session):
        error, gone = None, _is_gone(reading)
        try:
            restart_member.expect_here(agent)
            if gone:
                starts.again(registry, agent, "", fresh=how.fresh)
        except CafleetError as refusal:
            error = refusal
        yield Resumption(agent, gone, error=error)


def resume(registry: Registry, session: Session, how: Restart) -> Iterator[Resumption]:
    """Start each agent of a session whose program is gone, the Director first.

    Each as `restart_member.restart` does, and told as soon as it is done; those that live
    are left alone, and one that cannot be started keeps no other from it.
    """
    for agent, reading in _placed(registry, session):
        started, error, gone = None, None, _is_gone(reading)
        try:
            restart_member.expect_here(agent)
            if gone:
                new = _window(registry, session, agent)
                started = restart_member.restart(registry, agent, how, new)
        except CafleetError as refusal:
            error = refusal
        yield Resumption(agent, gone, started, error)


def lost(registry: Registry) -> list[Session]:
    """The live sessions with an agent of this machine that is known and whose server has ended."""
    gone_from = {
        agent.session_id
        for agent in lookup.agents_on(registry, host.host_id())
        if is_lost(registry, agent)
    }
    return [
        summary.session
        for summary in sessions.summaries(registry)
        if summary.session.session_id in gone_from
    ]


def is_lost(registry: Registry, agent: Agent) -> bool:
    """Whether an agent went with its tmux server, and could be started again."""
    placement = agent.placement
    return (
        placement is not None
        and placement.host == host.host_id()
        and servers.ended(placement.tmux_server_pid)
        and start_rows.of_agent(registry, agent.agent_id) is not None
    )


def lost_in(registry: Registry, folder: str) -> list[Session]:
    """Those lost sessions whose Director worked in a folder."""
    directors = (
        (session, start_rows.of_agent(registry, session.director_agent_id))
        for session in lost(registry)
    )
    return [session for session, start in directors if start and start.cwd == folder]


def _placed(
    registry: Registry, session: Session
) -> list[tuple[Agent, PaneReading | None]]:
    """The session's agents that have a place, Director first, each with its pane's reading."""
    team = [
        agent
        for agent in lookup.active_agents(registry, session.session_id)
        if agent.placement is not None and agent.kind != AgentKind.ADMINISTRATOR
    ]
    team.sort(key=lambda agent: agent.kind != AgentKind.DIRECTOR)
    readings = look(team)
    return [(agent, readings.get(agent.agent_id)) for agent in team]


def _is_gone(reading: PaneReading | None) -> bool:
    return reading is not None and not reading.refusal and reading.state in _ENDED


def _window(registry: Registry, session: Session, agent: Agent) -> MakePane | None:
    """What makes a Director's window, with the control room beside it; None for a member."""
    if agent.kind != AgentKind.DIRECTOR:
        return None

    def make(argv: Sequence[str]) -> NewPane:
        socket = os.environ.get("TMUX", "").split(",")[0]
        pane_id = os.environ.get("TMUX_PANE")
        title = session.label or "cafleet"
        if socket and pane_id:
            opened = windows.open_window(socket, pane_id, title, {}, argv)
        else:
            name = windows.free_session_name(title)
            opened = windows.open_session(name, name, up.DETACHED, {}, argv)
        up.add_control_room(registry, session.session_id, opened)
        return NewPane(opened.socket, opened.pane_id)

    return make
