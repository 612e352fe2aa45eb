"""The session as a conversation, in pages and in changes."""

from __future__ import annotations

from typing import NamedTuple

from cafleet_core.records import Entry
from cafleet_core.storage import timeline
from cafleet_core.storage.registry import Registry

PAGE = 200


class Filter(NamedTuple):
    """What a history keeps: agent ids and a stamp, each None where it does not matter."""

    party: str | None = None
    sender: str | None = None
    recipient: str | None = None
    since: str | None = None


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


def history(
    registry: Registry, session_id: str, wanted: Filter, limit: int
) -> list[Entry]:
    """The newest `limit` entries that fit, oldest first."""
    since = wanted.since or ""
    sets = []
    if wanted.sender:
        sets.append(set(timeline.heads_sent(registry, wanted.sender, since, limit)))
    if wanted.recipient:
        received = timeline.heads_received(registry, wanted.recipient, since, limit)
        sets.append(set(received))
    if wanted.party:
        sent = timeline.heads_sent(registry, wanted.party, since, limit)
        received = timeline.heads_received(registry, wanted.party, since, limit)
        sets.append({*sent, *received})
    if not sets:
        return timeline.newest_since(registry, session_id, since, limit)
    return timeline.by_heads(registry, list(set.intersection(*sets)))[-limit:]
