"""The session as a conversation, in pages and in changes."""

from __future__ import annotations

from cafleet_core.records import Entry
from cafleet_core.storage import timeline
from cafleet_core.storage.registry import Registry

PAGE = 200


def newest(registry: Registry, session_id: str, limit: int = PAGE) -> list[Entry]:
    """The newest entries, oldest first."""
    return timeline.newest(registry, session_id, limit)


def older(
    registry: Registry, session_id: str, before_seq: int, limit: int = PAGE
) -> list[Entry]:
    """The entries just before the one at `before_seq`, oldest first."""
    return timeline.older(registry, session_id, before_seq, limit)


def changed(registry: Registry, session_id: str, since_version: int) -> list[Entry]:
    """What is new or changed since `since_version`: whole entries, oldest first."""
    return timeline.changed(registry, session_id, since_version)


def version(registry: Registry, session_id: str) -> int:
    """The version to start asking for changes from, read before the newest page."""
    return timeline.version(registry, session_id)
