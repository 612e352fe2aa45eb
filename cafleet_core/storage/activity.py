"""Recent acts of a session's agents, by minute. Plain SQL; its cost does not grow with history."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

NEWEST = 1000
"""How many tasks are counted: the last changed ones. Acts on older tasks are left out."""

_MINUTE = 16
"""Length of the part of a stamp that names its minute."""

_ACTS = f"""
    WITH newest AS MATERIALIZED (
      SELECT from_agent_id, to_agent_id, created_at, read_at, acked_at,
        origin_task_id IS NULL OR origin_task_id = task_id AS head
      FROM tasks WHERE session_id = ? ORDER BY version DESC LIMIT {NEWEST})
    SELECT agent_id, minute, CAST(SUM(acts) AS INTEGER) FROM (
      SELECT from_agent_id AS agent_id, substr(created_at, 1, {_MINUTE}) AS minute,
        COUNT(*) AS acts
      FROM newest WHERE head AND created_at > ? GROUP BY 1, 2
      UNION ALL SELECT to_agent_id, substr(read_at, 1, {_MINUTE}), COUNT(*)
      FROM newest WHERE read_at > ? GROUP BY 1, 2
      UNION ALL SELECT to_agent_id, substr(acked_at, 1, {_MINUTE}), COUNT(*)
      FROM newest WHERE acked_at > ? GROUP BY 1, 2) AS each_act
    GROUP BY agent_id, minute
"""


def acts(registry: Registry, session_id: str, since: str) -> list[tuple[str, str, int]]:
    """Acts since a stamp: (agent id, minute as a stamp's beginning, sends + reads + acks)."""
    return registry.rows(_ACTS, (session_id, since, since, since))
