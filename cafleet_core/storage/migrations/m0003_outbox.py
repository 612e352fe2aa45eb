"""Revision 3: owed pushes, and the cues that decide when they may be made."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_STATEMENTS = (
    "ALTER TABLE agent_placements ADD COLUMN cues TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN submitted_at TEXT",
    "ALTER TABLE tasks ADD COLUMN push_next_at TEXT",
    "ALTER TABLE tasks ADD COLUMN push_claimed_until TEXT",
    "CREATE INDEX tasks_owed ON tasks (push_next_at) WHERE push_next_at IS NOT NULL",
    "CREATE INDEX tasks_unconfirmed ON tasks (notified_at)"
    " WHERE notified_at IS NOT NULL AND submitted_at IS NULL"
    " AND status_state = 'input_required'",
)


def apply(registry: Registry) -> None:
    """Add the columns and their indexes; tasks pushed before owe nothing."""
    for statement in _STATEMENTS:
        registry.execute(statement)
