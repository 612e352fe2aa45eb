"""Revision 25: a note for each agent."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Make the column; nothing is noted yet."""
    registry.execute("ALTER TABLE agents ADD COLUMN note TEXT")
