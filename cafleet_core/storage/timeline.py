"""The session's conversation in pages: heads by keyset, their deliveries by origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import Expression, Select, fn

from cafleet_core.records import SUMMARY, Delivery, Entry
from cafleet_core.storage import search
from cafleet_core.storage.models import Agent, Task
from cafleet_core.storage.registry import Registry

IS_HEAD = Task.origin_task_id.is_null() | (Task.origin_task_id == Task.task_id)
"""A message's first row: alone, or the one that the others name as their origin."""

_HEADS_A_QUERY = 500


class Place(NamedTuple):
    """A message found: the `seq` to go on from, and the id of its head."""

    seq: int
    head: str


_HEAD = (
    *(Task.seq, Task.version, Task.task_id, Task.type, Task.from_agent, Agent.name),
    *(Task.text, Task.created_at, Task.reply_to_task_id),
)

_DELIVERY = (
    *(Task.task_id, Task.context, Agent.name, Task.status_state, Task.created_at),
    *(Task.status_timestamp, Task.notified_at, Task.read_at, Task.acked_at),
    *(Task.push_outcome, Task.push_reason),
)


def newest(registry: Registry, session_id: str, limit: int) -> list[Entry]:
    """The last `limit` entries, oldest first."""
    return _page(registry, Task.session == session_id, limit)


def older(
    registry: Registry, session_id: str, before_seq: int, limit: int
) -> list[Entry]:
    """The `limit` entries before the one at `before_seq`, oldest first."""
    return _page(
        registry, (Task.session == session_id) & (Task.seq < before_seq), limit
    )


def changed(registry: Registry, session_id: str, since_version: int) -> list[Entry]:
    """Entries of which any task is newer than `since_version`, whole, oldest first."""
    query = (
        Task.select(fn.COALESCE(Task.origin_task_id, Task.task_id))
        .where(Task.session == session_id, Task.version > since_version)
        .distinct()
    )
    heads = [task_id for (task_id,) in registry.fetch(query)]
    return by_heads(registry, heads)


def heads_sent(
    registry: Registry, agent_id: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the last messages that an agent sent before `before_seq` are, newest first."""
    query = Task.select(Task.seq, Task.task_id).where(
        Task.from_agent == agent_id, IS_HEAD, Task.seq < before_seq
    )
    return _places(registry, query, limit)


def heads_received(
    registry: Registry, agent_id: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the last messages that reached an agent before `before_seq` are, newest first."""
    head = fn.COALESCE(Task.origin_task_id, Task.task_id)
    query = Task.select(Task.seq, head).where(
        Task.context == agent_id,
        Task.to_agent_id.is_null(False),
        Task.seq < before_seq,
    )
    return _places(registry, query, limit)


def heads_found(
    registry: Registry, session_id: str, words: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the last messages that hold all the words are, newest first."""
    found = search.find(registry, session_id, words, before_seq, limit)
    query = Task.select(Task.seq, Task.task_id).where(Task.seq.in_(found))
    return _places(registry, query, limit)


def heads_of(
    registry: Registry, session_id: str, before_seq: int, limit: int
) -> list[Place]:
    """Where the session's last messages before `before_seq` are, newest first."""
    query = Task.select(Task.seq, Task.task_id).where(
        Task.session == session_id, IS_HEAD, Task.seq < before_seq
    )
    return _places(registry, query, limit)


def after(
    registry: Registry, session_id: str, after_seq: int, limit: int
) -> list[Entry]:
    """The `limit` entries after the one at `after_seq`, oldest first."""
    query = (
        Task.select(Task.task_id)
        .where(Task.session == session_id, IS_HEAD, Task.seq > after_seq)
        .order_by(Task.seq)
        .limit(limit)
    )
    return by_heads(registry, [task_id for (task_id,) in registry.fetch(query)])


def _places(registry: Registry, query: Select, limit: int) -> list[Place]:
    rows = registry.fetch(query.order_by(Task.seq.desc()).limit(limit))
    return [Place(*row) for row in rows]


def by_heads(registry: Registry, heads: Sequence[str]) -> list[Entry]:
    """The entries with these head ids, oldest first."""
    entries: list[Entry] = []
    for start in range(0, len(heads), _HEADS_A_QUERY):
        some = heads[start : start + _HEADS_A_QUERY]
        entries += _entries(registry, _heads(registry, Task.task_id.in_(some)))
    return sorted(entries)


def version(registry: Registry, session_id: str) -> int:
    """The newest version of any of the session's tasks, 0 where it has none."""
    query = Task.select(fn.COALESCE(fn.MAX(Task.version), 0)).where(
        Task.session == session_id
    )
    return int(registry.fetch(query)[0][0])


def _page(registry: Registry, condition: Expression, limit: int) -> list[Entry]:
    heads = _heads(registry, condition & IS_HEAD, limit)
    return sorted(_entries(registry, heads))


def _heads(
    registry: Registry, condition: Expression, limit: int = _HEADS_A_QUERY
) -> list[Any]:
    query = (
        Task.select(*_HEAD)
        .join(Agent, on=(Task.from_agent == Agent.agent_id))
        .where(condition)
        .order_by(Task.seq.desc())
        .limit(limit)
    )
    return registry.fetch(query)


def _entries(registry: Registry, heads: Sequence[Any]) -> list[Entry]:
    deliveries, versions = _deliveries(registry, [head[2] for head in heads])
    return [
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
    ]


def _deliveries(
    registry: Registry, heads: Sequence[str]
) -> tuple[dict[str, list[Delivery]], dict[str, int]]:
    """The deliveries of each head, and the newest version among them."""
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    versions: dict[str, int] = defaultdict(int)
    belongs = Task.task_id.in_(heads) | Task.origin_task_id.in_(heads)
    query = (
        Task.select(
            fn.COALESCE(Task.origin_task_id, Task.task_id), Task.version, *_DELIVERY
        )
        .join(Agent, on=(Task.context == Agent.agent_id))
        .where(belongs, Task.to_agent_id.is_null(False))
        .order_by(Task.seq)
    )
    for head, own_version, *columns in registry.fetch(query):
        deliveries[head].append(Delivery(*columns))
        versions[head] = max(versions[head], own_version)
    return deliveries, versions
