"""Agents that are left alone because their account is at its limit. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.lookup import AGENT
from cafleet_core.storage.rows import agent_of

if TYPE_CHECKING:
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


def on_host(registry: Registry, host: str) -> list[Agent]:
    """Every active agent that is placed on a host, of any session."""
    rows = registry.rows(
        f"{AGENT} WHERE p.host = ? AND a.status = 'active' ORDER BY p.created_at",
        (host,),
    )
    return [agent_of(row) for row in rows]


def oldest_unacked(registry: Registry, host: str) -> dict[str, str]:
    """When the oldest unacked message of each agent on a host was sent, by agent id."""
    rows = registry.rows(
        "SELECT t.context_id, MIN(t.created_at) FROM tasks t"
        " JOIN agent_placements p ON p.agent_id = t.context_id"
        " WHERE p.host = ? AND t.status_state = 'input_required' GROUP BY t.context_id",
        (host,),
    )
    return dict(rows)


def park(registry: Registry, agent_id: str, until: str | None) -> None:
    """Leave an agent alone until then; None ends it."""
    registry.execute(
        "UPDATE agent_placements SET parked_until = ? WHERE agent_id = ?",
        (until, agent_id),
    )
