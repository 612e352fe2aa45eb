"""Revision 4: who watches a session on which host, and which concerns a Director was told."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_STATEMENTS = (
    """
    CREATE TABLE monitors (
        session_id TEXT NOT NULL
            REFERENCES sessions (session_id) ON DELETE CASCADE,
        host TEXT NOT NULL,
        holder TEXT NOT NULL,
        heartbeat_at TEXT NOT NULL,
        PRIMARY KEY (session_id, host)
    )
    """,
    """
    CREATE TABLE wakes (
        agent_id TEXT NOT NULL
            REFERENCES agents (agent_id) ON DELETE CASCADE,
        condition TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (agent_id, condition)
    )
    """,
)


def apply(registry: Registry) -> None:
    """Make both tables."""
    for statement in _STATEMENTS:
        registry.execute(statement)
