"""Query past events, and decode an event's details."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import events

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.records import Event
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import EventFilter


def newest(registry: Registry, wanted: EventFilter, limit: int) -> list[Event]:
    """The newest events that fit a filter, oldest first."""
    return events.newest(registry, wanted, limit)


def detail(event: Event) -> dict[str, Any]:
    """An event's details, decoded; empty without any, or for invalid JSON."""
    if event.detail is None:
        return {}
    import json  # most events have none

    try:
        fields = json.loads(event.detail)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
