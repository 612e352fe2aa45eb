"""What waits in all sessions, as it was last stored: no pane is looked at."""

from __future__ import annotations

import os
from contextlib import suppress

from cafleet_core import clock, host
from cafleet_core.broker.delivery import holder
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.hosts import presence
from cafleet_core.broker.team import pane_states
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client, pane_folders
from cafleet_core.states import PaneState, Watcher
from cafleet_core.storage import attention, lookup, monitors
from cafleet_core.views import Asking

if TYPE_CHECKING:
    from cafleet_core.readings import PaneReading
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
        for agent in attention.directors(registry)
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
    agents = attention.waiting(registry)
    if not agents:
        return []
    live = {each.session_id: each for each in lookup.live_sessions(registry)}
    watched = _watched(registry)
    return [
        Asking(live[agent.session_id], agent, agent.session_id in watched)
        for agent in agents
        if agent.session_id in live
    ]


def waiting_elsewhere(registry: Registry, session_id: str) -> list[Asking]:
    """Who waits in the live sessions other than this one."""
    return [
        asking
        for asking in waiting_in_all(registry)
        if asking.session.session_id != session_id
    ]


def asked_elsewhere(
    registry: Registry, session_id: str
) -> list[tuple[Asking, PaneReading]]:
    """Who waits in the other live sessions, with what their panes show now.

    Whoever was answered meanwhile is left out, whoever cannot be looked at is not.
    """
    others = waiting_elsewhere(registry, session_id)
    agents = [asking.agent for asking in others]
    readings = pane_states.anywhere(registry, agents)
    return [
        (asking, reading)
        for asking in others
        if (reading := readings.get(asking.agent.agent_id)) is not None
        and reading.state in (PaneState.WAITING, PaneState.UNKNOWN)
    ]


def folders(registry: Registry) -> dict[str, str]:
    """The folder in which each session's Director works now, by session id.

    Of those on this machine whose tmux server answers; each server is asked once.
    """
    known: dict[str, str] = {}
    for socket, agents in _directors_here(registry).items():
        with suppress(TmuxError):
            places = pane_folders.of_agents(socket)
            known |= {
                agent.session_id: places[agent.agent_id]
                for agent in agents
                if agent.agent_id in places
            }
    return known


def in_folder(registry: Registry, folder: str) -> Agent | None:
    """The Director of a session that works in a folder now, in a living pane.

    Where a pane began does not matter: that is where somebody called `up`. Raises TmuxError where a server cannot be asked and none is found elsewhere.
    """
    wanted, unasked = os.path.realpath(folder), None
    for socket, agents in _directors_here(registry).items():
        try:
            places = pane_folders.of_agents(socket)
        except client.NoServer:
            continue
        except TmuxError as error:
            unasked = error
            continue
        for agent in agents:
            place = places.get(agent.agent_id)
            if place is not None and os.path.realpath(place) == wanted:
                return agent
    if unasked is not None:
        raise unasked
    return None


def _directors_here(registry: Registry) -> dict[str, list[Agent]]:
    """The Directors of live sessions with a pane on this machine, by tmux socket."""
    here = host.host_id()
    by_socket: dict[str, list[Agent]] = {}
    for agent in attention.directors(registry):
        place = agent.placement
        if place and place.host == here and place.tmux_pane_id:
            by_socket.setdefault(place.tmux_socket, []).append(agent)
    return by_socket


def _watched(registry: Registry) -> set[str]:
    """The sessions whose panes a process looks at, on whichever machine."""
    now = clock.now()
    return {
        session_id
        for session_id, *claim in monitors.all_claims(registry)
        if (who := holder.delivers((claim[0], claim[1]), now)) is not None
        and who.watcher in _KEEP_STATES
    }
