"""Revision 24: when those that wait were last told of a session's changes.

A server tells of a change only where it has not told of another just before. Programs of an
earlier revision see a change of which they were not told when they look of themselves, after
15 seconds at most. A file's writers tell nobody.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Add the column; nobody was told of anything yet."""
    registry.execute("ALTER TABLE sessions ADD COLUMN told_at INTEGER")
