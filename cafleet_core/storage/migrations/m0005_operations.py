"""Revision 5: which process creates or deletes a member, so that its death is noticed."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Add the column; agents placed before have no operation in progress."""
    registry.execute("ALTER TABLE agent_placements ADD COLUMN operation TEXT")
