"""The session's messages in pages: heads by keyset, their deliveries by origin. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, TypeVar
from cafleet_core.states import AgentKind, TaskState, TaskType
from cafleet_core.storage.keyset import END, HEAD_OF, IS_HEAD, Edge
from cafleet_core.storage.rows import newer, proof_of, push_of, transport_of
from cafleet_core.views import Change, Delivery, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cafleet_core.storage.registry import Registry

Key = TypeVar("Key")

_DELIVERY = """
    t.task_id, t.context_id, r.name, r.kind, t.status_state, t.created_at,
    t.status_timestamp, t.notified_at, t.read_at, t.acked_at, t.push_outcome,
    t.push_reason, t.submitted_at, t.not_before, t.every, t.expires_at, t.urgent, t.awaits,
    t.push_transport
"""

_TASK_ID, _RECIPIENT, _ORIGIN, _ATTACHED, _COMMENTS = 0, 19, 20, -2, -1

_HEAD = f"""
    SELECT {_DELIVERY}, t.to_agent_id, t.origin_task_id,
           t.seq, t.version, t.task_id, t.type, t.from_agent_id, a.name, t.text,
           t.created_at, t.reply_to_task_id, t.sender_proof,
           t.attached, t.commented
    FROM tasks t JOIN agents a ON a.agent_id = t.from_agent_id
    JOIN agents r ON r.agent_id = t.context_id
"""
"""Heads, each also as a delivery: a message to one recipient has no other row."""

_OTHERS = f"""
    SELECT {_DELIVERY}, t.origin_task_id, t.version
    FROM tasks t JOIN agents r ON r.agent_id = t.context_id
    WHERE t.origin_task_id IN ({{}}) AND t.to_agent_id IS NOT NULL
    ORDER BY t.origin_task_id, t.seq
"""
"""The deliveries of messages to several, each message's in order."""

_IDS_A_QUERY = 500


def page(registry: Registry, session_id: str, edge: Edge, limit: int) -> list[Entry]:
    """The `limit` entries next to `edge`, oldest first."""
    rows = registry.rows(
        f"{_HEAD} WHERE t.session_id = ? AND {IS_HEAD} AND {edge.beyond}",
        (session_id, edge.seq, limit),
    )
    return _entries(registry, rows)


def changed(registry: Registry, session_id: str, since_version: int) -> list[Entry]:
    """Entries with a task newer than `since_version`, whole, oldest first."""
    rows = registry.rows(
        f"SELECT DISTINCT {HEAD_OF} FROM tasks t"
        " WHERE t.session_id = ? AND t.version > ?",
        (session_id, since_version),
    )
    return by_heads(registry, [head for (head,) in rows])


def by_heads(registry: Registry, heads: Sequence[str]) -> list[Entry]:
    """The entries with these head ids, oldest first."""
    return _those(registry, "task_id", heads)


def by_seqs(registry: Registry, seqs: Sequence[int]) -> list[Entry]:
    """The entries whose heads are at these `seq`, oldest first."""
    return _those(registry, "seq", seqs)


def _those(registry: Registry, column: str, heads: Sequence[Key]) -> list[Entry]:
    entries: list[Entry] = []
    for some, marks in portions(heads):
        rows = registry.rows(f"{_HEAD} WHERE t.{column} IN ({marks})", some)
        entries += _entries(registry, rows)
    return sorted(entries)


def texts(registry: Registry, seqs: Sequence[int]) -> dict[int, str]:
    """The texts of the messages whose heads have these `seq`."""
    said: dict[int, str] = {}
    for some, marks in portions(seqs):
        said.update(
            registry.rows(f"SELECT seq, text FROM tasks WHERE seq IN ({marks})", some)
        )
    return said


def first_since(registry: Registry, session_id: str, stamp: str) -> int:
    """The `seq` of the session's first message sent at `stamp` or later; END's if there is none.

    Found by bisection, since `seq` grows with time: some twenty index steps.
    """
    first = END.seq
    low, high = 0, 1 + int(registry.row("SELECT COALESCE(MAX(seq), 0) FROM tasks")[0])
    while low < high:
        middle = (low + high) // 2
        row = registry.row(
            f"SELECT t.seq, t.created_at FROM tasks t WHERE t.session_id = ? AND {IS_HEAD}"
            " AND t.seq >= ? ORDER BY t.seq LIMIT 1",
            (session_id, middle),
        )
        if row is None or row[1] >= stamp:
            high = middle
            first = row[0] if row else first
        else:
            low = row[0] + 1
    return first


def last_change(registry: Registry, session_id: str) -> Change:
    """The newest version of any of the session's tasks; 0 if it has none."""
    row = registry.row(
        "SELECT version, task_id FROM tasks WHERE session_id = ?"
        " ORDER BY version DESC LIMIT 1",
        (session_id,),
    )
    return Change(*row) if row else Change()


def holds(registry: Registry, change: Change) -> bool:
    """Whether the registry holds a change; one restored from a backup may not."""
    return not change.task_id or bool(
        registry.row(
            "SELECT 1 FROM tasks WHERE task_id = ? AND version >= ?",
            (change.task_id, change.version),
        )
    )


def _entries(registry: Registry, rows: Sequence[Any]) -> list[Entry]:
    """The entries of rows of `_HEAD`, oldest first."""
    several = [row[_TASK_ID] for row in rows if row[_ORIGIN] is not None]
    deliveries, versions = _deliveries(registry, several)
    for row in rows:
        if row[_ORIGIN] is None and row[_RECIPIENT] is not None:
            deliveries[row[_TASK_ID]] = [_delivery_of(row)]
    entries = sorted(
        _entry_of(row, tuple(deliveries.get(task_id, ())), versions.get(task_id, 0))
        for row in rows
        for task_id in (row[_TASK_ID],)
    )
    if any(row[_ATTACHED] or row[_COMMENTS] for row in rows):
        return _enclosing(registry, entries, rows)
    return entries


def _enclosing(
    registry: Registry, entries: Sequence[Entry], rows: Sequence[Any]
) -> list[Entry]:
    """The entries of these rows, with the files and comments that they come with."""
    from cafleet_core.comments import settled
    from cafleet_core.storage import attachments, comments  # few messages have any

    with_files = [row[_TASK_ID] for row in rows if row[_ATTACHED]]
    reviews = [row[_TASK_ID] for row in rows if row[_COMMENTS]]
    files = attachments.of_messages(registry, with_files)
    said = comments.of_reviews(registry, reviews)
    return [
        entry._replace(
            files=tuple(files.get(entry.task_id, ())),
            comments=settled(said.get(entry.task_id, ()), _acked_at(entry)),
        )
        for entry in entries
    ]


def _acked_at(entry: Entry) -> str | None:
    """When a message to one agent was acked."""
    return entry.deliveries[0].acked_at if len(entry.deliveries) == 1 else None


def _entry_of(
    row: Sequence[Any], deliveries: tuple[Delivery, ...], newest: int
) -> Entry:
    """The record of one row of `_HEAD`, with its message's deliveries and their newest version."""
    seq, version, task_id, kind, *columns, proof = row[_ORIGIN + 1 : _ATTACHED]
    broadcast = kind == TaskType.BROADCAST_SUMMARY
    whole = (deliveries, proof_of(proof))
    return Entry._make(
        (seq, max(version, newest), task_id, broadcast, *columns, *whole, (), ())
    )


def _deliveries(
    registry: Registry, heads: Sequence[str]
) -> tuple[dict[str, list[Delivery]], dict[str, int]]:
    """The deliveries of messages to several, and the newest version among them, by head."""
    deliveries: dict[str, list[Delivery]] = {head: [] for head in heads}
    versions = dict.fromkeys(heads, 0)
    for some, marks in portions(heads):
        for row in registry.rows(_OTHERS.format(marks), some):
            head, version = row[_RECIPIENT:]
            deliveries[head].append(_delivery_of(row))
            if version > versions[head]:
                versions[head] = version
    return deliveries, versions


def portions(ids: Sequence[Key]) -> Iterator[tuple[Sequence[Key], str]]:
    """Ids in portions that fit a statement, each with its placeholders."""
    for start in range(0, len(ids), _IDS_A_QUERY):
        some = ids[start : start + _IDS_A_QUERY]
        yield some, ", ".join("?" * len(some))


def _delivery_of(row: Sequence[Any]) -> Delivery:
    """The record of a row that begins with `_DELIVERY`; raises RegistryError."""
    columns = list(row[:_RECIPIENT])  # changed in place: a page has hundreds of them
    try:
        columns[3], columns[4] = AgentKind(row[3]), TaskState(row[4])
        columns[10:12] = push_of(row[10], row[11])
        columns[-1] = transport_of(row[_RECIPIENT - 1])
    except ValueError as error:
        raise newer(error) from None
    return Delivery._make(columns)
