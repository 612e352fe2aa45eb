"""The session as a conversation: its newest entries, and its changes."""

from __future__ import annotations

from cafleet_core.storage import timeline
from cafleet_core.storage.keyset import END
from cafleet_core.storage.registry import Registry
from cafleet_core.views import Entry

PAGE = 200


def newest(registry: Registry, session_id: str, limit: int = PAGE) -> list[Entry]:
    """The newest entries, oldest first."""
    return timeline.page(registry, session_id, END, limit)


def changed(registry: Registry, session_id: str, since_version: int) -> list[Entry]:
    """What is new or changed since `since_version`: whole entries, oldest first."""
    return timeline.changed(registry, session_id, since_version)


def version(registry: Registry, session_id: str) -> int:
    """The version to start asking for changes from, read before the newest page."""
    return timeline.version(registry, session_id)
