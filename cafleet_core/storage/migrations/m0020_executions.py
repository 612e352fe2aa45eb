"""Revision 20: the commands that members were told to run, and which one runs in a pane."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE executions (
        execution_id TEXT NOT NULL PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (session_id),
        agent_id TEXT NOT NULL REFERENCES agents (agent_id) ON DELETE CASCADE,
        asked_by TEXT NOT NULL REFERENCES agents (agent_id) ON DELETE CASCADE,
        command TEXT NOT NULL,
        milliseconds INTEGER NOT NULL,
        asked_at TEXT NOT NULL,
        awaited_until TEXT,
        began_at TEXT,
        ended_at TEXT,
        ending TEXT,
        exit_code INTEGER
    )
"""


def apply(registry: Registry) -> None:
    """Make the table, and the column; nothing runs yet."""
    registry.execute(_TABLE)
    registry.execute("CREATE INDEX executions_agent ON executions (agent_id)")
    registry.execute("ALTER TABLE agent_placements ADD COLUMN execution TEXT")
