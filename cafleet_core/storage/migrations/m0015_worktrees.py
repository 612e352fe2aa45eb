"""Revision 15: the worktrees that were made for members."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE worktrees (
        agent_id TEXT NOT NULL PRIMARY KEY,
        session_id TEXT NOT NULL,
        agent_name TEXT NOT NULL,
        host TEXT NOT NULL,
        repository TEXT NOT NULL,
        path TEXT NOT NULL,
        branch TEXT NOT NULL,
        base TEXT NOT NULL,
        base_commit TEXT NOT NULL,
        created_at TEXT NOT NULL,
        ended_at TEXT
    )
"""


def apply(registry: Registry) -> None:
    """Make the table; it refers to no agent's row, because a tree outlives that."""
    registry.execute(_TABLE)
    registry.execute("CREATE INDEX worktrees_session ON worktrees (session_id)")
