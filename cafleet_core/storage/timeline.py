"""The session's conversation in pages: heads by keyset, their deliveries by origin. Plain SQL."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cafleet_core.records import SUMMARY, Delivery, Entry
from cafleet_core.storage import search
from cafleet_core.storage.registry import Registry

_IS_HEAD = "(t.origin_task_id IS NULL OR t.origin_task_id = t.task_id)"
"""A message's first row: alone, or the one that the others name as their origin."""

_HEAD_OF = "COALESCE(t.origin_task_id, t.task_id)"

_HEAD = """
    SELECT t.seq, t.version, t.task_id, t.type, t.from_agent_id, a.name, t.text,
           t.created_at, t.reply_to_task_id
    FROM tasks t JOIN agents a ON a.agent_id = t.from_agent_id
"""

_DELIVERY = f"""
    SELECT {_HEAD_OF}, t.version, t.task_id, t.context_id, a.name, t.status_state,
           t.created_at, t.status_timestamp, t.notified_at, t.read_at, t.acked_at,
           t.push_outcome, t.push_reason, t.submitted_at
    FROM tasks t JOIN agents a ON a.agent_id = t.context_id
"""

_IDS_A_QUERY = 500


class Place(NamedTuple):
    """A message found: the `seq` to go on from, and the id of its head."""

    seq: int
    head: str


def newest(registry: Registry, session_id: str, limit: int) -> list[Entry]:
    """The last `limit` entries, oldest first."""
    rows = registry.rows(
        f"{_HEAD} WHERE t.session_id = ? AND {_IS_HEAD} ORDER BY t.seq DESC LIMIT ?",
        (session_id, limit),
    )
    return _entries(registry, rows)


def older(
    registry: Registry, session_id: str, before_seq: int, limit: int
) -> list[Entry]:
    """The `limit` entries before the one at `before_seq`, oldest first."""
    rows = registry.rows(
        f"{_HEAD} WHERE t.session_id = ? AND {_IS_HEAD} AND t.seq < ?"
        " ORDER BY t.seq DESC LIMIT ?",
        (session_id, before_seq, limit),
    )
    return _entries(registry, rows)


def after(
    registry: Registry, session_id: str, after_seq: int, limit: int
) -> list[Entry]:
    """The `limit` entries after the one at `after_seq`, oldest first."""
    rows = registry.rows(
        f"{_HEAD} WHERE t.session_id = ? AND {_IS_HEAD} AND t.seq > ?"
        " ORDER BY t.seq LIMIT ?",
        (session_id, after_seq, limit),
    )
    return _entries(registry, rows)


def changed(registry: Registry, session_id: str, since_version: int) -> list[Entry]:
    """Entries of which any task is newer than `since_version`, whole, oldest first."""
    rows = registry.rows(
        f"SELECT DISTINCT {_HEAD_OF} FROM tasks t"
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


def heads_of(
    registry: Registry, session_id: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the session's last messages before `before_seq` are, newest first."""
    condition = f"t.session_id = ? AND {_IS_HEAD}"
    return _places(registry, "t.task_id", condition, session_id, before_seq, limit)


def heads_sent(
    registry: Registry, agent_id: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the last messages that an agent sent before `before_seq` are, newest first."""
    condition = f"t.from_agent_id = ? AND {_IS_HEAD}"
    return _places(registry, "t.task_id", condition, agent_id, before_seq, limit)


def heads_received(
    registry: Registry, agent_id: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the last messages that reached an agent before `before_seq` are, newest first."""
    condition = "t.context_id = ? AND t.to_agent_id IS NOT NULL"
    return _places(registry, _HEAD_OF, condition, agent_id, before_seq, limit)


def heads_found(
    registry: Registry, session_id: str, words: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the last messages that hold all the words are, newest first."""
    found = search.find(registry, session_id, words, before_seq, limit)
    marks = ", ".join("?" * len(found))
    rows = registry.rows(
        f"SELECT t.seq, t.task_id FROM tasks t WHERE t.seq IN ({marks})"
        " ORDER BY t.seq DESC",
        found,
    )
    return [Place(*row) for row in rows]


def version(registry: Registry, session_id: str) -> int:
    """The newest version of any of the session's tasks, 0 where it has none."""
    newest = registry.row(
        "SELECT MAX(version) FROM tasks WHERE session_id = ?", (session_id,)
    )
    return int(newest[0] or 0)


def _places(
    registry: Registry, head: str, condition: str, whose: str, before: int, limit: int
) -> list[Place]:
    rows = registry.rows(
        f"SELECT t.seq, {head} FROM tasks t WHERE {condition} AND t.seq < ?"
        " ORDER BY t.seq DESC LIMIT ?",
        (whose, before, limit),
    )
    return [Place(*row) for row in rows]


def _entries(registry: Registry, heads: Sequence[Any]) -> list[Entry]:
    deliveries, versions = _deliveries(registry, [head[2] for head in heads])
    return sorted(
        Entry(
            seq=seq,
            version=max(own_version, versions[task_id]),
            task_id=task_id,
            broadcast=kind == SUMMARY,
            sender_id=sender_id,
            sender_name=sender_name,
            text=text,
            created_at=created_at,
            reply_to_task_id=reply_to,
            deliveries=tuple(deliveries[task_id]),
        )
        for seq, own_version, task_id, kind, sender_id, sender_name, text, created_at, reply_to in heads
    )


def _deliveries(
    registry: Registry, heads: Sequence[str]
) -> tuple[dict[str, list[Delivery]], dict[str, int]]:
    """The deliveries of each head, and the newest version among them."""
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    versions: dict[str, int] = defaultdict(int)
    for some, marks in _portions(heads):
        rows = registry.rows(
            f"{_DELIVERY} WHERE (t.task_id IN ({marks}) OR t.origin_task_id IN ({marks}))"
            " AND t.to_agent_id IS NOT NULL ORDER BY t.seq",
            (*some, *some),
        )
        for head, own_version, *columns in rows:
            deliveries[head].append(Delivery(*columns))
            versions[head] = max(versions[head], own_version)
    return deliveries, versions


def _portions(ids: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Ids in portions that fit a statement, each with its placeholders."""
    for start in range(0, len(ids), _IDS_A_QUERY):
        some = ids[start : start + _IDS_A_QUERY]
        yield some, ", ".join("?" * len(some))
