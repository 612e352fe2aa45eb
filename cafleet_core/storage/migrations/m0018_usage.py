"""Revision 18: what agents have used."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE usage_samples (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        session_id TEXT NOT NULL,
        agent_id TEXT NOT NULL,
        conversation TEXT NOT NULL,
        account TEXT NOT NULL,
        model TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        cost INTEGER,
        context_used INTEGER,
        context_size INTEGER,
        five_hours INTEGER,
        five_hours_reset TEXT,
        seven_days INTEGER,
        seven_days_reset TEXT
    )
"""

_INDEXES = (
    "CREATE INDEX usage_conversation ON usage_samples (conversation, seq)",
    "CREATE INDEX usage_agent ON usage_samples (agent_id, at)",
)


def apply(registry: Registry) -> None:
    """Make the table; it refers to no agent's row, because what was used outlives that."""
    registry.execute(_TABLE)
    for index in _INDEXES:
        registry.execute(index)
