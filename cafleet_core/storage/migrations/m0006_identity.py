"""Revision 6: which processes an agent's pane and program are, and how a sender was proven."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_STATEMENTS = (
    "ALTER TABLE agent_placements ADD COLUMN pane_pid INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE agent_placements ADD COLUMN pane_started TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE agent_placements ADD COLUMN program_pid INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE agent_placements ADD COLUMN program_started TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE agent_placements ADD COLUMN sender_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN sender_proof TEXT",
    "CREATE INDEX placements_process ON agent_placements (pane_pid)",
)


def apply(registry: Registry) -> None:
    """Add the columns, empty for agents placed and messages sent before."""
    for statement in _STATEMENTS:
        registry.execute(statement)
