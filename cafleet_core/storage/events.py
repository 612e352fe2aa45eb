"""Event rows: added, read, and pruned by age. Plain SQL.

The events of messages and agents are added by triggers (see the migration that makes them).
This module adds those of use cases, in their own transactions, and reads all of them.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Event
from cafleet_core.states import EventKind
from cafleet_core.storage.rows import newer
from cafleet_core.storage.tasks import marks
from cafleet_core.views import EventFilter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.storage.registry import Registry

_EVENT = """
    SELECT e.seq, e.at, e.session_id, e.agent_id, e.kind, e.old, e.new, e.reference,
           e.detail, a.name
    FROM events e LEFT JOIN agents a ON a.agent_id = e.agent_id
"""
"""Selects what `Event` holds, in its order."""


def add(
    registry: Registry,
    kind: EventKind,
    at: str,
    session_id: str,
    agent_id: str | None,
    *,
    old: str | None = None,
    new: str | None = None,
    reference: str | None = None,
    detail: str | None = None,
) -> None:
    """Insert an event, inside the transaction of the change that it reports."""
    registry.execute(
        "INSERT INTO events"
        " (at, session_id, agent_id, kind, old, new, reference, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (at, session_id, agent_id, kind, old, new, reference, detail),
    )


def last_of(
    registry: Registry, session_id: str, reference: str, kinds: Sequence[EventKind]
) -> str | None:
    """The kind of the newest of these events of a session about something; None for none."""
    row = registry.row(
        "SELECT kind FROM events WHERE session_id = ? AND reference = ?"
        f" AND kind IN ({marks(kinds)}) ORDER BY seq DESC LIMIT 1",
        (session_id, reference, *kinds),
    )
    return row[0] if row else None


def count_of(
    registry: Registry, session_id: str, agent_id: str, kind: EventKind, since: str
) -> int:
    """How many events of a kind happened to an agent after a stamp."""
    row = registry.row(
        "SELECT COUNT(*) FROM events"
        " WHERE session_id = ? AND at > ? AND agent_id = ? AND kind = ?",
        (session_id, since, agent_id, kind),
    )
    return int(row[0])


def newest(registry: Registry, wanted: EventFilter, limit: int) -> list[Event]:
    """The newest events that fit a filter, oldest first."""
    condition, values = _condition(wanted)
    rows = registry.rows(
        f"{_EVENT} WHERE {condition} ORDER BY e.at DESC, e.seq DESC LIMIT ?",
        (*values, limit),
    )
    return [_event(row) for row in reversed(rows)]


def after(registry: Registry, seq: int, wanted: EventFilter, limit: int) -> list[Event]:
    """The first events after a reader's cursor that fit a filter, oldest first."""
    condition, values = _condition(wanted)
    rows = registry.rows(
        f"{_EVENT} WHERE e.seq > ? AND {condition} ORDER BY e.seq LIMIT ?",
        (seq, *values, limit),
    )
    return [_event(row) for row in rows]


def last_seq(registry: Registry, session_id: str | None) -> int:
    """The `seq` of the newest event of a session, or of all sessions; 0 without any."""
    condition, values = _condition(EventFilter(session_id))
    row = registry.row(
        f"SELECT COALESCE(MAX(e.seq), 0) FROM events e WHERE {condition}", values
    )
    return int(row[0])


def prune(registry: Registry, before: str) -> int:
    """Delete the events from before a stamp, and return how many."""
    return registry.execute("DELETE FROM events WHERE at < ?", (before,)).rowcount


def _condition(wanted: EventFilter) -> tuple[str, Sequence[object]]:
    conditions, values = ["1 = 1"], list[object]()
    for column, value in (
        ("e.session_id = ?", wanted.session_id),
        ("e.agent_id = ?", wanted.agent_id),
        ("e.at > ?", wanted.since),
    ):
        if value is not None:
            conditions.append(column)
            values.append(value)
    if wanted.kinds:
        conditions.append(f"e.kind IN ({marks(wanted.kinds)})")
        values += wanted.kinds
    return " AND ".join(conditions), values


def _event(row: Any) -> Event:
    """The record of one row of `_EVENT`; raises RegistryError."""
    event = Event._make(row)
    try:
        return event._replace(kind=EventKind(event.kind))
    except ValueError as error:
        raise newer(error) from None
