"""Agents that wait, and Directors, in all sessions: the cost grows with living agents alone."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentStatus, PaneState
from cafleet_core.storage.lookup import AGENT
from cafleet_core.storage.rows import agent_of

if TYPE_CHECKING:
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


def waiting(registry: Registry) -> list[Agent]:
    """The active agents that waited when they were last looked at, the longest waiting first."""
    rows = registry.rows(
        f"{AGENT} WHERE a.agent_id IN"
        " (SELECT agent_id FROM agent_placements WHERE pane_state = ?)"
        " AND a.status = ? ORDER BY p.pane_state_since, a.agent_id",
        (PaneState.WAITING, AgentStatus.ACTIVE),
    )
    return [agent_of(row) for row in rows]


def directors(registry: Registry) -> list[Agent]:
    """The active Directors of all live sessions."""
    rows = registry.rows(
        f"{AGENT} WHERE a.agent_id IN"
        " (SELECT director_agent_id FROM sessions WHERE deleted_at IS NULL)"
        " AND a.status = ?",
        (AgentStatus.ACTIVE,),
    )
    return [agent_of(row) for row in rows]
