"""Revision 11: which programs may use the registry, so that machines need not upgrade at once."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

TABLE = (
    "CREATE TABLE IF NOT EXISTS revision"
    " (head INTEGER NOT NULL PRIMARY KEY, oldest_reader INTEGER NOT NULL)"
)


def apply(registry: Registry) -> None:
    """Make the table; whoever migrates fills it."""
    registry.execute(TABLE)
