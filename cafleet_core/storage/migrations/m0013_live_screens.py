"""Revision 13: the screens of agents on other machines that somebody looks at now."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE live_screens (
        agent_id TEXT NOT NULL PRIMARY KEY,
        session_id TEXT NOT NULL,
        host_id TEXT NOT NULL,
        wanted_until TEXT NOT NULL,
        seen_at TEXT,
        screen TEXT
    )
"""


def apply(registry: Registry) -> None:
    """Make the table; a server keeps it out of its log."""
    registry.execute(_TABLE)
