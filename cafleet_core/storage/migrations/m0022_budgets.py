"""Revision 22: what an agent, or a Director with its team, may cost until that is told."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE budgets (
        agent_id TEXT NOT NULL REFERENCES agents (agent_id) ON DELETE CASCADE,
        scope TEXT NOT NULL,
        amount INTEGER NOT NULL,
        told_percent INTEGER NOT NULL,
        spent TEXT NOT NULL,
        PRIMARY KEY (agent_id, scope)
    )
"""


def apply(registry: Registry) -> None:
    """Make the table; nobody has a budget."""
    registry.execute(_TABLE)
