"""Looking after a session's panes: what each is doing now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cafleet_core.broker import owed
from cafleet_core.config import PushRules
from cafleet_core.panes import client, facts, state
from cafleet_core.panes.facts import PaneFacts
from cafleet_core.panes.screens import UNKNOWN
from cafleet_core.records import Agent, PaneView, Placement
from cafleet_core.storage import lookup
from cafleet_core.storage.registry import Registry


def tend(registry: Registry, session_id: str, rules: PushRules) -> dict[str, PaneView]:
    """Try the pushes that are owed, then observe."""
    owed.settle(registry, rules)
    return observe(registry, session_id)


def observe(registry: Registry, session_id: str) -> dict[str, PaneView]:
    """The state and screen of every placed agent on this host, by agent id.

    Two tmux calls a server, however many panes. A server that has gone leaves its agents
    dead, one that does not answer unknown; without tmux the result is empty.
    """
    by_socket: dict[str, list[tuple[Agent, Placement]]] = defaultdict(list)
    for agent in lookup.active_agents(registry, session_id):
        if agent.placement is not None and agent.placement.host == facts.host():
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
    try:
        panes = facts.panes(socket)
        wanted = [one.tmux_pane_id for _, one in placed if one.tmux_pane_id in panes]
        screens = facts.captures(socket, [pane for pane in wanted if pane])
    except client.ServerSilent as error:
        unsure = PaneView(UNKNOWN, state.FROM_TMUX, error.message)
        return {agent.agent_id: unsure for agent, _ in placed}
    except client.ServerGone:
        pass  # no pane of it is left
    except client.TmuxMissing:
        return {}
    return {
        agent.agent_id: state.verdict(
            agent.agent_id,
            placement,
            panes.get(placement.tmux_pane_id or ""),
            screens.get(placement.tmux_pane_id or ""),
        )
        for agent, placement in placed
    }
