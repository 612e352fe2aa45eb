"""Revision 21: until when an agent is left alone because its account is at its limit."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Add the column; nobody is left alone."""
    registry.execute("ALTER TABLE agent_placements ADD COLUMN parked_until TEXT")
