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

_HEAD_SEQ = f"(SELECT h.seq FROM tasks h WHERE h.task_id = {HEAD_OF})"


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
    """A message's place in the keyset: the `seq` to go on from, and the id of its head."""

    seq: int
    head: str


class Among(NamedTuple):
    """The messages to read: a session's, or those of them that hold all `words`, if given."""

    session_id: str
    words: str | None = None


def of_session(
    registry: Registry, among: Among, edge: Edge, limit: int
) -> list[Position]:
    """Positions of the messages next to `edge`, nearest first."""
    if not among.words:
        condition = f"t.session_id = ? AND {IS_HEAD}"
        return _positions(registry, condition, among.session_id, among, edge, limit)
    seqs = search.find(
        registry, among.session_id, among.words, edge.seq, edge.newer, limit
    )
    marks = ", ".join("?" * len(seqs))
    rows = registry.rows(
        f"SELECT t.seq, t.task_id FROM tasks t WHERE t.seq IN ({marks})", seqs
    )
    return sorted((Position(*row) for row in rows), reverse=not edge.newer)


def unacked(registry: Registry, among: Among, edge: Edge, limit: int) -> list[Position]:
    """Positions of the unacked deliveries next to `edge`, nearest first."""
    condition = f"t.session_id = ? AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
    return _positions(registry, condition, among.session_id, among, edge, limit)


def sent(
    registry: Registry, among: Among, agent_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Positions of the messages next to `edge` that an agent sent, nearest first."""
    condition = f"t.from_agent_id = ? AND {IS_HEAD}"
    return _positions(registry, condition, agent_id, among, edge, limit)


def received(
    registry: Registry, among: Among, agent_id: str, edge: Edge, limit: int
) -> list[Position]:
    """Positions of the deliveries next to `edge` to an agent, nearest first."""
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
