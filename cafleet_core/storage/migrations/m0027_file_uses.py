"""Revision 27: which agents edit which files, or have claimed them."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE file_uses (
        agent_id TEXT NOT NULL REFERENCES agents (agent_id) ON DELETE CASCADE,
        session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        host TEXT NOT NULL,
        path TEXT NOT NULL,
        repository TEXT NOT NULL,
        name TEXT NOT NULL,
        began_at TEXT NOT NULL,
        ends_at TEXT NOT NULL,
        warned TEXT NOT NULL,
        PRIMARY KEY (agent_id, kind, host, path)
    )
"""


def apply(registry: Registry) -> None:
    """Make the table; nobody edits anything yet."""
    registry.execute(_TABLE)
    registry.execute("CREATE INDEX file_uses_session ON file_uses (session_id, path)")
