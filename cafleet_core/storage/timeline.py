"""The session's messages in pages: heads by keyset, their deliveries by origin. Plain SQL."""

from __future__ import annotations

from collections import defaultdict

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind, TaskState, TaskType
from cafleet_core.storage.keyset import END, HEAD_OF, IS_HEAD, Edge
from cafleet_core.storage.rows import newer, proof_of, push_of
from cafleet_core.views import Change, Delivery, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cafleet_core.storage.registry import Registry

_HEAD = """
    SELECT t.seq, t.version, t.task_id, t.type, t.from_agent_id, a.name, t.text,
           t.created_at, t.reply_to_task_id, t.sender_proof
    FROM tasks t JOIN agents a ON a.agent_id = t.from_agent_id
"""

_DELIVERY = f"""
    SELECT {HEAD_OF}, t.version, t.task_id, t.context_id, a.name, a.kind, t.status_state,
           t.created_at, t.status_timestamp, t.notified_at, t.read_at, t.acked_at,
           t.push_outcome, t.push_reason, t.submitted_at
    FROM tasks t JOIN agents a ON a.agent_id = t.context_id
"""

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
    entries: list[Entry] = []
    for some, marks in _portions(heads):
        rows = registry.rows(f"{_HEAD} WHERE t.task_id IN ({marks})", some)
        entries += _entries(registry, rows)
    return sorted(entries)


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


def _entries(registry: Registry, heads: Sequence[Any]) -> list[Entry]:
    deliveries, versions = _deliveries(registry, [head[2] for head in heads])
    return sorted(
        Entry(
            seq=seq,
            version=max(own_version, versions[task_id]),
            task_id=task_id,
            broadcast=kind == TaskType.BROADCAST_SUMMARY,
            sender_id=sender_id,
            sender_name=sender_name,
            text=text,
            created_at=created_at,
            reply_to_task_id=reply_to,
            deliveries=tuple(deliveries[task_id]),
            sender_proof=proof_of(proof),
        )
        for seq, own_version, task_id, kind, sender_id, sender_name, text, created_at, reply_to, proof in heads
    )


def _deliveries(
    registry: Registry, heads: Sequence[str]
) -> tuple[dict[str, list[Delivery]], dict[str, int]]:
    """The deliveries of each head, and each head's newest version among them."""
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    versions: dict[str, int] = defaultdict(int)
    for some, marks in _portions(heads):
        rows = registry.rows(
            f"{_DELIVERY} WHERE (t.task_id IN ({marks}) OR t.origin_task_id IN ({marks}))"
            " AND t.to_agent_id IS NOT NULL ORDER BY t.seq",
            (*some, *some),
        )
        for head, own_version, *columns in rows:
            deliveries[head].append(_delivery_of(columns))
            versions[head] = max(versions[head], own_version)
    return deliveries, versions


def _portions(ids: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Split ids into portions that fit one statement, each with its placeholders."""
    for start in range(0, len(ids), _IDS_A_QUERY):
        some = ids[start : start + _IDS_A_QUERY]
        yield some, ", ".join("?" * len(some))


def _delivery_of(columns: Sequence[Any]) -> Delivery:
    """The delivery of its columns in a timeline; raises RegistryError."""
    (
        *first,
        kind,
        state,
        created,
        changed,
        notified,
        read,
        acked,
        outcome,
        reason,
        submitted,
    ) = columns
    stamps = (created, changed, notified, read, acked)
    try:
        push = push_of(outcome, reason)
        known = AgentKind(kind), TaskState(state)
        return Delivery._make((*first, *known, *stamps, *push, submitted))
    except ValueError as error:
        raise newer(error) from None
