"""Revision 16: the way that a push took, and what agents' own inboxes have not taken."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Add both columns; nothing has gone through an inbox yet."""
    registry.execute("ALTER TABLE tasks ADD COLUMN push_transport TEXT")
    registry.execute(
        "ALTER TABLE agent_placements"
        " ADD COLUMN inbox_refusals INTEGER NOT NULL DEFAULT 0"
    )
