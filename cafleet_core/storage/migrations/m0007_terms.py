"""Revision 7: the terms of the full-text index, so that a word's endings are known at once."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import search

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Make what shows them; the index itself stays as it is."""
    registry.execute(search.CREATE_TERMS)
