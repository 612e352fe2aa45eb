"""The rows of comments on lines of files. Plain SQL."""

from __future__ import annotations

from cafleet_core.comments import Comment, Side
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import TaskState
from cafleet_core.storage.enclosures import Enclosures
from cafleet_core.storage.rows import newer
from cafleet_core.storage.tasks import OPEN, marks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry, Statement

_COMMENTS = Enclosures("comments", "task_id", Comment._fields, "number")


def insert(
    task_id: str, session_id: str, at: str, comments: Sequence[Comment]
) -> list[Statement]:
    """The statement that stores the comments of a review: see `Enclosures.insert`."""
    return _COMMENTS.insert(task_id, session_id, at, comments)


def of_reviews(registry: Registry, task_ids: Sequence[str]) -> dict[str, list[Comment]]:
    """The comments of the reviews with these ids, each review's in their order."""
    by_review: dict[str, list[Comment]] = {}
    for task_id, row in _COMMENTS.of_messages(registry, task_ids):
        by_review.setdefault(task_id, []).append(_comment(row))
    return by_review


def open_to(registry: Registry, agent_id: str) -> list[tuple[str, Comment]]:
    """The comments that an agent has not acked, each with its review's id, oldest first."""
    columns = ", ".join(f"c.{column}" for column in Comment._fields)
    rows = registry.rows(
        f"SELECT c.task_id, {columns} FROM tasks t JOIN comments c ON c.task_id = t.task_id"
        f" WHERE t.context_id = ? AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
        " AND t.commented > 0 AND c.acked_at IS NULL ORDER BY t.seq, c.number",
        (agent_id,),
    )
    return [(task_id, _comment(columns)) for task_id, *columns in rows]


def ack(
    registry: Registry,
    recipient: Agent,
    task_id: str,
    numbers: Sequence[int],
    at: str,
) -> None:
    """Ack comments of an open review to a recipient, in a transaction of its own.

    With the last of them the review itself is acked. What is settled already stays as it is.
    """
    acked = (
        f"UPDATE comments SET acked_at = ? WHERE task_id = ? AND number IN ({marks(numbers)})"
        " AND acked_at IS NULL AND EXISTS (SELECT 1 FROM tasks t"
        f" WHERE t.task_id = comments.task_id AND t.to_agent_id = ? AND t.{OPEN})"
    )
    completed = (
        f"UPDATE tasks SET status_state = '{TaskState.COMPLETED}', status_timestamp = ?,"
        " acked_at = ?, read_at = COALESCE(read_at, ?), push_next_at = NULL"
        f" WHERE task_id = ? AND to_agent_id = ? AND {OPEN} AND NOT EXISTS"
        " (SELECT 1 FROM comments c WHERE c.task_id = tasks.task_id AND c.acked_at IS NULL)"
    )
    registry.change(
        recipient.session_id,
        (acked, (at, task_id, *numbers, recipient.agent_id)),
        (completed, (at, at, at, task_id, recipient.agent_id)),
    )


def prune(registry: Registry) -> None:
    """Remove the rows of messages that are no longer there."""
    _COMMENTS.prune(registry)


def _comment(columns: Sequence[Any]) -> Comment:
    number, path, line, side, *rest = columns
    try:
        return Comment(number, path, line, Side(side), *rest)
    except ValueError as error:
        raise newer(error) from None
