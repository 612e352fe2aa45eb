"""Seeing what the agents' panes are doing, as many as there are, with one tmux call a server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cafleet_core import host
from cafleet_core.broker.team import cleanup
from cafleet_core.panes.reading import classify
from cafleet_core.panes.tmux import client, facts, servers
from cafleet_core.panes.tmux.facts import PaneFacts
from cafleet_core.records import Agent, Placement
from cafleet_core.states import PaneState
from cafleet_core.storage import lookup
from cafleet_core.storage.registry import Registry
from cafleet_core.views import PaneView

_ANOTHER = "its tmux server runs on, and another one answers at its socket"


def observe(registry: Registry, session_id: str) -> dict[str, PaneView]:
    """The state and screen of every placed agent on this host, by agent id.

    One tmux call a server, however many panes. An agent is dead where the server lists its
    pane no more, or the server's process has ended; where that could not be asked it is
    unknown. Without tmux the result is empty.
    """
    return seen(lookup.active_agents(registry, session_id))


def seen(agents: Iterable[Agent]) -> dict[str, PaneView]:
    """What `observe` tells, of any agents."""
    by_socket: dict[str, list[tuple[Agent, Placement]]] = defaultdict(list)
    for agent in agents:
        if agent.placement is not None and agent.placement.host == host.host():
            by_socket[agent.placement.tmux_socket].append((agent, agent.placement))
    views: dict[str, PaneView] = {}
    for socket, placed in by_socket.items():
        views.update(_at_server(socket, placed))
    return views


def _at_server(
    socket: str, placed: Sequence[tuple[Agent, Placement]]
) -> dict[str, PaneView]:
    panes: dict[str, PaneFacts] = {}
    screens: dict[str, str] = {}
    wanted = [one.tmux_pane_id for _, one in placed if one.tmux_pane_id]
    try:
        panes, screens = facts.look(socket, wanted)
    except client.ServerSilent as error:
        return {
            agent.agent_id: _unasked(agent.agent_id, placement, error.message)
            for agent, placement in placed
        }
    except client.TmuxMissing:
        return {}
    views: dict[str, PaneView] = {}
    for agent, placement in placed:
        pane_id = placement.tmux_pane_id or ""
        pane, screen = panes.get(pane_id), screens.get(pane_id)
        views[agent.agent_id] = (
            _unasked(agent.agent_id, placement, _ANOTHER)
            if cleanup.another_answers(placement, panes.values())
            else classify.verdict(agent.agent_id, placement, pane, screen)
        )
    return views


def _unasked(agent_id: str, placement: Placement, why: str) -> PaneView:
    """The view of a pane whose server could not be asked: gone only with the server's process."""
    if placement.tmux_pane_id is None or servers.ended(placement.tmux_server_pid):
        return classify.verdict(agent_id, placement, None, None)
    return PaneView(PaneState.UNKNOWN, classify.FROM_TMUX, why)
