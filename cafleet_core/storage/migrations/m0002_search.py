"""Revision 2: the full-text index, filled with every message there is."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import search

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Make the index and add every head to it."""
    registry.execute(search.CREATE)
    heads = registry.execute(
        "SELECT seq, session_id, text FROM tasks"
        " WHERE origin_task_id IS NULL OR origin_task_id = task_id"
    )
    for seq, session_id, body in heads:
        search.add(registry, seq, session_id, body)
