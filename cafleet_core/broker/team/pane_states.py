"""Seeing what the agents' panes are doing, as many as there are, with one tmux call a server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cafleet_core import host
from cafleet_core.panes.reading import classify
from cafleet_core.panes.tmux import client, facts
from cafleet_core.panes.tmux.facts import PaneFacts
from cafleet_core.records import Agent, Placement
from cafleet_core.states import PaneState
from cafleet_core.storage import lookup
from cafleet_core.storage.registry import Registry
from cafleet_core.views import PaneView


def observe(registry: Registry, session_id: str) -> dict[str, PaneView]:
    """The state and screen of every placed agent on this host, by agent id.

    One tmux call a server, however many panes. A server that has gone leaves its agents
    dead, one that does not answer unknown; without tmux the result is empty.
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
        unsure = PaneView(PaneState.UNKNOWN, classify.FROM_TMUX, error.message)
        return {agent.agent_id: unsure for agent, _ in placed}
    except client.ServerGone:
        pass  # no pane of it is left
    except client.TmuxMissing:
        return {}
    return {
        agent.agent_id: classify.verdict(
            agent.agent_id,
            placement,
            panes.get(placement.tmux_pane_id or ""),
            screens.get(placement.tmux_pane_id or ""),
        )
        for agent, placement in placed
    }
