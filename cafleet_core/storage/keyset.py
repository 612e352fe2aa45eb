"""Where the messages are that a filter keeps: by keyset, towards older or newer. Plain SQL."""

from __future__ import annotations

import sys

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import TaskState
from cafleet_core.storage import search

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

IS_HEAD = "(t.origin_task_id IS NULL OR t.origin_task_id = t.task_id)"
"""A message's first row: alone, or the one that the others name as their origin."""

HEAD_OF = "COALESCE(t.origin_task_id, t.task_id)"

_HEAD_SEQ = f"(SELECT h.seq FROM tasks h WHERE h.task_id = {HEAD_OF})"


class Edge(NamedTuple):
    """From where on to read: what is before `seq`, or, `newer`, what is after it.

    Never in the middle of a message, whose deliveries follow its head: `seq` is a head's.
    """

    seq: int
    newer: bool = False

    @property
    def beyond(self) -> str:
        """The condition on a row's `seq`, its order and number: two parameters."""
        if self.newer:
            return "t.seq > ? ORDER BY t.seq LIMIT ?"
        return "t.seq < ? ORDER BY t.seq DESC LIMIT ?"


END = Edge(sys.maxsize)
"""Before this is the newest."""


class Position(NamedTuple):
    """Where a message is: the `seq` to go on from, and the id of its head."""

    seq: int
    head: str


class Among(NamedTuple):
    """The messages of a session, only those that hold all the words where there are any."""

    session_id: str
    words: str | None = None


def of_session(
    registry: Registry, among: Among, edge: Edge, limit: int
) -> list[Position]:
    """Where the messages next to `edge` are, the nearest first."""
    if not among.words:
        condition = f"t.session_id = ? AND {IS_HEAD}"
        return _positions(registry, condition, among.session_id, among, edge, limit)
    seqs = search.find(
        registry, among.session_id, among.words, edge.seq, edge.newer, limit
    )
    if not seqs:
        return []
    marks = ", ".join("?" * len(seqs))
    rows = registry.rows(
        f"SELECT t.seq, t.task_id FROM tasks t WHERE t.seq IN ({marks})", seqs
    )
    return sorted((Position(*row) for row in rows), reverse=not edge.newer)


def unacked(registry: Registry, among: Among, edge: Edge, limit: int) -> list[Position]:
    """Where the deliveries next to `edge` are that wait for their ack, the nearest first."""
    condition = f"t.session_id = ? AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
    return _positions(registry, condition, among.session_id, among, edge, limit)


def sent(
    registry: Registry, among: Among, agent_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Where the messages next to `edge` are that an agent sent, the nearest first."""
    condition = f"t.from_agent_id = ? AND {IS_HEAD}"
    return _positions(registry, condition, agent_id, among, edge, limit)


def received(
    registry: Registry, among: Among, agent_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Where the deliveries next to `edge` are that reached an agent, the nearest first."""
    condition = "t.context_id = ? AND t.to_agent_id IS NOT NULL"
    return _positions(registry, condition, agent_id, among, edge, limit)


def _positions(
    registry: Registry,
    condition: str,
    whose: str,
    among: Among,
    edge: Edge,
    limit: int,
) -> list[Position]:
    parameters: list[object] = [whose]
    if among.words:
        condition += (
            f" AND {_HEAD_SEQ} IN"
            " (SELECT rowid FROM tasks_text WHERE tasks_text MATCH ?)"
        )
        parameters.append(search.match(among.session_id, among.words))
    rows = registry.rows(
        f"SELECT t.seq, {HEAD_OF} FROM tasks t WHERE {condition} AND {edge.beyond}",
        (*parameters, edge.seq, limit),
    )
    return [Position(*row) for row in rows]
