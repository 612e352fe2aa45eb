"""Revision 19: how each agent was started, and which conversation it holds."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE starts (
        agent_id TEXT NOT NULL PRIMARY KEY
            REFERENCES agents (agent_id) ON DELETE CASCADE,
        argv TEXT NOT NULL,
        cwd TEXT NOT NULL,
        variables TEXT NOT NULL,
        model TEXT,
        effort TEXT,
        layout TEXT,
        conversation TEXT NOT NULL,
        started_at TEXT NOT NULL
    )
"""


def apply(registry: Registry) -> None:
    """Make the table; of agents that were started before, nothing is known."""
    registry.execute(_TABLE)
