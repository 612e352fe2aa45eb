"""Maintenance of the whole file: integrity, counts, pruning."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import (
    events,
    requests,
    rule_runs,
    screens,
    search,
    usage_samples,
)

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLES = ("sessions", "agents", "agent_placements", "tasks", "events")

_OLD_HEADS = """
    SELECT h.seq, h.task_id, h.session_id, h.text FROM tasks h
    WHERE (h.origin_task_id IS NULL OR h.origin_task_id = h.task_id) AND h.created_at < ?
      AND h.status_state NOT IN ('input_required', 'scheduled')
      AND NOT EXISTS (SELECT 1 FROM tasks d WHERE d.origin_task_id = h.task_id
                      AND d.status_state IN ('input_required', 'scheduled'))
"""
"""Settled messages."""


class Pruned(NamedTuple):
    """Numbers of rows that were removed, or would be."""

    tasks: int
    agents: int
    sessions: int
    events: int


def counts(registry: Registry) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table: int(registry.row(f"SELECT COUNT(*) FROM {table}")[0])
        for table in _TABLES
    }


def complaints(registry: Registry) -> list[str]:
    """The engine's complaints about its files, and differences between search and messages."""
    complaints = registry.complaints()
    heads = registry.row(
        "SELECT COUNT(*) FROM tasks WHERE origin_task_id IS NULL OR origin_task_id = task_id"
    )[0]
    indexed = registry.row("SELECT COUNT(*) FROM tasks_text")[0]
    if heads != indexed:
        complaints.append(f"the search knows {indexed} of {heads} messages")
    return complaints


def prune(registry: Registry, before: str) -> Pruned:
    """Remove settled rows that are older than the stamp `before`, inside a transaction.

    Whole messages with nothing open; then agents that left by then and that no message
    names any more; then sessions deleted by then that have no agents left; and the record
    of what happened by then.
    """
    return Pruned(
        _prune_messages(registry, before),
        _prune_agents(registry, before),
        _prune_sessions(registry, before),
        events.prune(registry, before)
        + rule_runs.prune(registry, before)
        + screens.prune(registry, before)
        + requests.prune(registry, before)
        + usage_samples.prune(registry, before),
    )


def _prune_messages(registry: Registry, before: str) -> int:
    removed = 0
    for seq, task_id, session_id, body in registry.rows(_OLD_HEADS, (before,)):
        search.remove(registry, seq, session_id, body)
        removed += registry.execute(
            "DELETE FROM tasks WHERE task_id = ? OR origin_task_id = ?",
            (task_id, task_id),
        ).rowcount
    return removed


def _prune_agents(registry: Registry, before: str) -> int:
    registry.execute(
        "UPDATE sessions SET director_agent_id = NULL WHERE deleted_at < ?", (before,)
    )
    return registry.execute(
        "DELETE FROM agents WHERE deregistered_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM tasks WHERE context_id = agents.agent_id)"
        " AND NOT EXISTS (SELECT 1 FROM tasks WHERE from_agent_id = agents.agent_id)"
        " AND NOT EXISTS (SELECT 1 FROM agent_placements"
        "                 WHERE director_agent_id = agents.agent_id)"
        " AND NOT EXISTS (SELECT 1 FROM sessions WHERE deleted_at IS NULL"
        "                 AND director_agent_id = agents.agent_id)",
        (before,),
    ).rowcount


def _prune_sessions(registry: Registry, before: str) -> int:
    return registry.execute(
        "DELETE FROM sessions WHERE deleted_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM agents WHERE session_id = sessions.session_id)",
        (before,),
    ).rowcount
