"""Positions of the messages that a filter keeps, by keyset in either direction. Plain SQL."""

from __future__ import annotations

import sys

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import TaskState
from cafleet_core.storage import search

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

IS_HEAD = "(t.origin_task_id IS NULL OR t.origin_task_id = t.task_id)"
"""SQL condition: the row is a head, without an origin or its own origin."""

HEAD_OF = "COALESCE(t.origin_task_id, t.task_id)"

_HEAD_SEQ = f"""
    CASE WHEN {IS_HEAD} THEN t.seq
    ELSE (SELECT h.seq FROM tasks h WHERE h.task_id = t.origin_task_id) END
"""


class Edge(NamedTuple):
    """An end of a page: read what is older than `seq`, or newer if `newer`.

    `seq` is always a head's, so that no page begins between a head and its deliveries.
    """

    seq: int
    newer: bool = False

    @property
    def beyond(self) -> str:
        """SQL condition, order and limit; binds two parameters, `seq` and the number of rows."""
        if self.newer:
            return "t.seq > ? ORDER BY t.seq LIMIT ?"
        return "t.seq < ? ORDER BY t.seq DESC LIMIT ?"


END = Edge(sys.maxsize)
"""The edge before which the newest message is."""


class Position(NamedTuple):
    """Where a message is: the `seq` to go on from, and that of its head; None without one."""

    seq: int
    head: int | None


def of_session(
    registry: Registry, session_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Where the session's messages next to `edge` are, the nearest first."""
    condition = f"t.session_id = ? AND {IS_HEAD}"
    return _positions(registry, condition, session_id, edge, limit)


def with_words(
    registry: Registry, session_id: str, words: str, edge: Edge, limit: int
) -> list[Position]:
    """Where the session's messages next to `edge` are that hold all the words, likewise."""
    seqs = search.find(registry, session_id, words, edge.seq, edge.newer, limit)
    return [Position(seq, seq) for seq in seqs]


def unacked(
    registry: Registry, session_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Where the deliveries next to `edge` are that wait for their ack, the nearest first."""
    condition = f"t.session_id = ? AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
    return _positions(registry, condition, session_id, edge, limit)


def held(registry: Registry, session_id: str, edge: Edge, limit: int) -> list[Position]:
    """Where the deliveries next to `edge` are whose push is owed, the nearest first."""
    owed = "t.task_id IN (SELECT task_id FROM tasks WHERE push_next_at > '')"
    return _positions(registry, f"t.session_id = ? AND {owed}", session_id, edge, limit)


def of_heads(
    registry: Registry, heads: tuple[str, ...], edge: Edge, limit: int
) -> list[Position]:
    """Where those of these messages are that are next to `edge`, the nearest first."""
    marks = ", ".join("?" * len(heads))
    rows = registry.rows(
        f"SELECT t.seq FROM tasks t WHERE t.task_id IN ({marks}) AND {edge.beyond}",
        (*heads, edge.seq, limit),
    )
    return [Position(seq, seq) for (seq,) in rows]


def sent(registry: Registry, agent_id: str, edge: Edge, limit: int) -> list[Position]:
    """Where the messages next to `edge` are that an agent sent, the nearest first."""
    condition = f"t.from_agent_id = ? AND {IS_HEAD}"
    return _positions(registry, condition, agent_id, edge, limit)


def received(
    registry: Registry, agent_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Positions of the deliveries next to `edge` to an agent, nearest first."""
    condition = "t.context_id = ? AND t.to_agent_id IS NOT NULL"
    return _positions(registry, condition, agent_id, edge, limit)


def of_party(
    registry: Registry, agent_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Where both of these are, the nearest first."""
    either = {
        *sent(registry, agent_id, edge, limit),
        *received(registry, agent_id, edge, limit),
    }
    return sorted(either, reverse=not edge.newer)[:limit]


def _positions(
    registry: Registry, condition: str, whose: str, edge: Edge, limit: int
) -> list[Position]:
    rows = registry.rows(
        f"SELECT t.seq, {_HEAD_SEQ} FROM tasks t WHERE {condition} AND {edge.beyond}",
        (whose, edge.seq, limit),
    )
    return [Position(*row) for row in rows]
