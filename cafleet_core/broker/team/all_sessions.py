"""What waits in all sessions, as it was last stored: no pane is looked at."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.delivery import holder
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.hosts import presence
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import pane_folders
from cafleet_core.states import Watcher
from cafleet_core.storage import lookup, monitors, waiting
from cafleet_core.views import Asking

if TYPE_CHECKING:
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import SessionSummary

_KEEP_STATES = (Watcher.HOST, Watcher.MONITOR, Watcher.ROOM)


def summaries(
    registry: Registry, include_deleted: bool = False
) -> list[SessionSummary]:
    """Sessions with who waits in them: first those in which somebody does, then the newest."""
    asked = waiting_in_all(registry)
    places = {
        agent.session_id: agent.placement
        for agent in waiting.directors(registry)
        if agent.placement
    }
    others = {place.host for place in places.values()} - {host.host_id()}
    machines = presence.known(registry, others)
    names = {
        host_id: presence.label(machines.get(host_id), host_id) for host_id in others
    }
    listed = []
    for summary in sessions.summaries(registry, include_deleted):
        session_id = summary.session.session_id
        place = places.get(session_id)
        listed.append(
            summary._replace(
                waiting=tuple(a for a in asked if a.session.session_id == session_id),
                tmux_session=place.tmux_session if place else "",
                host=names.get(place.host, "") if place else "",
            )
        )
    return sorted(listed, key=_need)


def _need(summary: SessionSummary) -> int:
    """0 where somebody waits now, 1 where somebody did, 2 where the human has mail, else 3."""
    if any(asking.watched for asking in summary.waiting):
        return 0
    if summary.waiting:
        return 1
    return 2 if summary.mail else 3


def waiting_in_all(registry: Registry) -> list[Asking]:
    """Who waits in any live session, the longest waiting first."""
    agents = waiting.agents(registry)
    if not agents:
        return []
    live = {each.session_id: each for each in lookup.live_sessions(registry)}
    watched = _watched(registry)
    return [
        Asking(live[agent.session_id], agent, agent.session_id in watched)
        for agent in agents
        if agent.session_id in live
    ]


def folders(registry: Registry) -> dict[str, str]:
    """The folder in which each session's Director works now, by session id.

    Of those on this machine whose tmux server answers; each server is asked once.
    """
    here = host.host_id()
    by_server: dict[str, list[Agent]] = {}
    for agent in waiting.directors(registry):
        place = agent.placement
        if place and place.host == here and place.tmux_pane_id:
            by_server.setdefault(place.tmux_socket, []).append(agent)
    known: dict[str, str] = {}
    for socket, agents in by_server.items():
        known |= _folders(socket, agents)
    return known


def _folders(socket: str, agents: list[Agent]) -> dict[str, str]:
    try:
        listed = pane_folders.folders(socket)
    except TmuxError:
        return {}
    return {
        agent.session_id: listed[agent.placement.tmux_pane_id]
        for agent in agents
        if agent.placement and agent.placement.tmux_pane_id in listed
    }


def _watched(registry: Registry) -> set[str]:
    """The sessions whose panes a process looks at, on whichever machine."""
    now = clock.now()
    return {
        session_id
        for session_id, *claim in monitors.all_claims(registry)
        if (who := holder.delivers((claim[0], claim[1]), now)) is not None
        and who.watcher in _KEEP_STATES
    }
