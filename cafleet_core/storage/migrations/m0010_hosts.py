"""Revision 10: the machines of a registry by their ids, and what one asks of another."""

from __future__ import annotations

from cafleet_core import host
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_STATEMENTS = (
    """
    CREATE TABLE hosts (
        host_id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        boot_id TEXT NOT NULL,
        seen_at TEXT,
        version TEXT NOT NULL,
        accepts TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE requests (
        request_id TEXT NOT NULL PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
        host_id TEXT NOT NULL,
        agent_id TEXT,
        verb TEXT NOT NULL,
        arguments TEXT NOT NULL,
        asked_by TEXT,
        role TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        claimed_at TEXT,
        answered_at TEXT,
        outcome TEXT
    )
    """,
    "CREATE INDEX placements_host ON agent_placements (host)",
    "CREATE INDEX requests_open ON requests (host_id) WHERE claimed_at IS NULL",
    "CREATE INDEX requests_session ON requests (session_id)",
)
_NAMED = ("agent_placements", "monitors")


def apply(registry: Registry) -> None:
    """Make both tables; what this machine's name stood for, its id stands for now."""
    for statement in _STATEMENTS:
        registry.execute(statement)
    for table in _NAMED:
        registry.execute(
            f"UPDATE {table} SET host = ? WHERE host = ?",
            (host.host_id(), host.name()),
        )
