"""All that happened in a session, each event with its message and its screen."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import EventKind
from cafleet_core.storage import events, lookup, screens, timeline
from cafleet_core.views import EventFilter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.records import Agent, Event
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Entry

_BATCH = 500


class Item(NamedTuple):
    """An event; the message that was sent by it, if it is still there, and the screen that was
    kept with a change of state, sanitised."""

    event: Event
    entry: Entry | None = None
    screen: str = ""


def agents(registry: Registry, session_id: str) -> list[Agent]:
    """Who took part, in the order of registration, those who have left too."""
    return lookup.all_agents(registry, session_id)


def items(registry: Registry, session_id: str) -> Iterator[Item]:
    """What happened, oldest first, read batch by batch."""
    wanted, cursor = EventFilter(session_id), 0
    while batch := events.after(registry, cursor, wanted, _BATCH):
        cursor = batch[-1].seq
        yield from _items(registry, session_id, batch)


def _items(registry: Registry, session_id: str, batch: list[Event]) -> Iterator[Item]:
    heads = [
        event.reference
        for event in batch
        if event.kind == EventKind.SENT and event.reference
    ]
    entries = {entry.task_id: entry for entry in timeline.by_heads(registry, heads)}
    stamps = [event.at for event in batch]
    kept = screens.between(registry, session_id, min(stamps), max(stamps))
    for event in batch:
        sent = event.kind == EventKind.SENT
        entry = entries.get(event.reference or "") if sent else None
        changed = event.kind in (EventKind.STATE, EventKind.ASKED)
        screen = kept.pop((event.agent_id or "", event.at), "") if changed else ""
        yield Item(event, entry, screen)
