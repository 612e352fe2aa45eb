"""Revision 23: the files that messages come with, and how many each has."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE attachments (
        head_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        session_id TEXT NOT NULL REFERENCES sessions (session_id),
        host TEXT NOT NULL,
        path TEXT NOT NULL,
        copied_from TEXT,
        bytes INTEGER NOT NULL,
        modified TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (head_id, position)
    )
"""


def apply(registry: Registry) -> None:
    """Make the table, and the column; no message has any yet."""
    registry.execute(_TABLE)
    registry.execute("ALTER TABLE tasks ADD COLUMN attached INTEGER NOT NULL DEFAULT 0")
