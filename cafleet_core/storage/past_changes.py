"""What happened in a session between two times, and when the next or last thing did. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind
from cafleet_core.storage.keyset import HEAD_OF, IS_HEAD
from cafleet_core.storage.tasks import marks

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def acts(
    registry: Registry, session_id: str, after: str, at: str
) -> list[tuple[str, str, int]]:
    """Acts between two stamps: (agent id, minute as a stamp's beginning, sends + reads + acks)."""
    kinds = (EventKind.SENT, EventKind.SCHEDULED, EventKind.READ, EventKind.ACKED)
    return registry.rows(
        "SELECT agent_id, substr(at, 1, 16), COUNT(*) FROM events"
        f" WHERE session_id = ? AND at > ? AND at <= ? AND kind IN ({marks(kinds)})"
        " GROUP BY 1, 2",
        (session_id, after, at, *kinds),
    )


def touched(
    registry: Registry, session_id: str, after: str, at: str, limit: int
) -> list[str]:
    """The heads of messages to which something happened between two stamps; up to `limit` events."""
    rows = registry.rows(
        f"SELECT DISTINCT {HEAD_OF} FROM tasks t WHERE t.task_id IN"
        " (SELECT reference FROM events WHERE session_id = ? AND at > ? AND at <= ?"
        "  AND reference IS NOT NULL ORDER BY at LIMIT ?)",
        (session_id, after, at, limit),
    )
    return [head for (head,) in rows]


def events_between(
    registry: Registry, session_id: str, after: str, at: str, limit: int
) -> int:
    """How many events there are between two stamps, counted up to `limit`."""
    row = registry.row(
        "SELECT COUNT(*) FROM (SELECT 1 FROM events"
        " WHERE session_id = ? AND at > ? AND at <= ? LIMIT ?) AS counted",
        (session_id, after, at, limit),
    )
    return int(row[0])


def messages_between(
    registry: Registry, session_id: str, first: int, end: int, limit: int
) -> list[int]:
    """The `seq` of the heads from `first` up to before `end`, no more than `limit`."""
    rows = registry.rows(
        f"SELECT t.seq FROM tasks t WHERE t.session_id = ? AND {IS_HEAD}"
        " AND t.seq >= ? AND t.seq < ? ORDER BY t.seq LIMIT ?",
        (session_id, first, end, limit),
    )
    return [seq for (seq,) in rows]


def event_at(
    registry: Registry,
    session_id: str,
    at: str,
    kind: EventKind | None = None,
    *,
    later: bool,
) -> str | None:
    """The stamp of the next event after `at`, or else the last one up to `at`; None for none."""
    step, order = ("at > ?", "at") if later else ("at <= ?", "at DESC")
    of_kind = " AND kind = ?" if kind else ""
    row = registry.row(
        f"SELECT at FROM events WHERE session_id = ? AND {step}{of_kind}"
        f" ORDER BY {order} LIMIT 1",
        (session_id, at, kind) if kind else (session_id, at),
    )
    return row[0] if row else None


def message_at(
    registry: Registry, session_id: str, seq: int, *, later: bool
) -> str | None:
    """When the first message from `seq` on was sent, or else the last one before it."""
    step, order = ("t.seq >= ?", "ASC") if later else ("t.seq < ?", "DESC")
    row = registry.row(
        f"SELECT t.created_at FROM tasks t WHERE t.session_id = ? AND {IS_HEAD}"
        f" AND {step} ORDER BY t.seq {order} LIMIT 1",
        (session_id, seq),
    )
    return row[0] if row else None
