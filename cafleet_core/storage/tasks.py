"""Tasks, row by row: plain SQL, because sending, polling and acking must start fast."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.ids import SHORTEST_PREFIX
from cafleet_core.states import TaskState, TaskType
from cafleet_core.storage import search
from cafleet_core.storage.lookup import prefix_range
from cafleet_core.storage.rows import task_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Task
    from cafleet_core.states import SenderProof
    from cafleet_core.storage.registry import Registry

TASK = """
    SELECT t.seq, t.task_id, t.session_id, t.context_id, t.from_agent_id, t.to_agent_id,
           t.type, t.text, t.origin_task_id, t.reply_to_task_id, t.status_state,
           t.status_timestamp, t.created_at, t.notified_at, t.read_at, t.acked_at,
           t.push_outcome, t.push_reason, t.push_attempts, t.version,
           t.submitted_at, t.push_next_at, t.push_claimed_until, a.name,
           COALESCE((SELECT o.type = 'broadcast_summary' FROM tasks o
                     WHERE o.task_id = t.origin_task_id), 0),
           t.sender_proof
    FROM tasks t JOIN agents a ON a.agent_id = t.from_agent_id
"""
"""Selects the columns of `Task`, in its order."""

NEXT_VERSION = "(SELECT COALESCE(MAX(version), 0) + 1 FROM tasks)"
"""SQL for the next version; all rows of one statement get the same."""

_OPEN = f"status_state = '{TaskState.INPUT_REQUIRED}'"
_COLUMNS = (
    *("task_id", "session_id", "context_id", "from_agent_id", "to_agent_id", "type"),
    *("text", "origin_task_id", "reply_to_task_id", "status_state"),
    *("status_timestamp", "created_at", "push_next_at", "sender_proof"),
)
_NEW = f"({', '.join('?' * len(_COLUMNS))}, 0, {NEXT_VERSION})"
_INSERT = f"INSERT INTO tasks ({', '.join(_COLUMNS)}, push_attempts, version) VALUES"


_COMPLETED = (
    "status_state = ?, status_timestamp = ?, acked_at = ?,"
    f" read_at = COALESCE(read_at, ?), push_next_at = NULL, version = {NEXT_VERSION}"
)
_TOUCH = "UPDATE agents SET last_active_at = ? WHERE agent_id = ?"


class NewTask(NamedTuple):
    """A task to store, created and last changed `at`; `recipient_id` is None for a summary.

    It is a head, which can be searched for, if `origin` is its own id or None.
    """

    task_id: str
    session_id: str
    context_id: str
    sender_id: str
    recipient_id: str | None
    kind: TaskType
    text: str
    origin: str | None
    reply_to: str | None
    state: TaskState
    at: str
    proof: SenderProof | None = None

    @property
    def is_head(self) -> bool:
        """Whether it stands for its whole message."""
        return self.origin in (None, self.task_id)

    def columns(self) -> tuple[object, ...]:
        """The values of its row; an open delivery owes its recipient a push at once."""
        owes = self.recipient_id and self.state == TaskState.INPUT_REQUIRED
        at = self.at
        return (*self[:10], at, at, at if owes else None, self.proof)


def insert(registry: Registry, new: Sequence[NewTask]) -> None:
    """Store tasks in their order with one statement, inside the caller's transaction."""
    values = [value for task in new for value in task.columns()]
    rows = registry.rows(
        f"{_INSERT} {', '.join([_NEW] * len(new))} RETURNING task_id, seq", values
    )
    seqs: dict[str, int] = dict(rows)
    for task in new:
        if task.is_head:
            search.add(registry, seqs[task.task_id], task.session_id, task.text)


def get(registry: Registry, task_ids: Sequence[str]) -> list[Task]:
    """The tasks with exactly these ids, in order of creation."""
    rows = registry.rows(
        f"{TASK} WHERE t.task_id IN ({marks(task_ids)}) ORDER BY t.seq", task_ids
    )
    return [task_of(row) for row in rows]


def find(registry: Registry, session_id: str, reference: str) -> list[Task]:
    """The session's tasks whose id is `reference`, or begins with it."""
    rows = registry.rows(
        f"{TASK} WHERE t.task_id = ? AND t.session_id = ?", (reference, session_id)
    )
    if not rows and len(reference) >= SHORTEST_PREFIX:
        rows = registry.rows(
            # the concatenation keeps SQLite from walking the whole session instead
            f"{TASK} WHERE t.task_id >= ? AND t.task_id < ? AND t.session_id || '' = ?"
            " LIMIT 20",
            (*prefix_range(reference), session_id),
        )
    return [task_of(row) for row in rows]


def delivery_of(registry: Registry, origin: str, agent_id: str) -> Task | None:
    """An agent's delivery of the message with this origin, or None."""
    rows = registry.rows(
        f"{TASK} WHERE t.origin_task_id = ? AND t.to_agent_id = ? ORDER BY t.seq LIMIT 1",
        (origin, agent_id),
    )
    return task_of(rows[0]) if rows else None


def inbox(
    registry: Registry, agent_id: str, *, acked_too: bool, since: str | None, limit: int
) -> list[Task]:
    """Deliveries to an agent, oldest first: the unacked ones, or all if `acked_too`.

    `since` keeps those whose state changed strictly later; `limit` is a number of rows.
    """
    wanted = (
        "t.to_agent_id IS NOT NULL"
        if acked_too
        else f"t.status_state = '{TaskState.INPUT_REQUIRED}'"
    )
    rows = registry.rows(
        f"{TASK} WHERE t.context_id = ? AND {wanted} AND t.status_timestamp > ?"
        " ORDER BY t.seq LIMIT ?",
        (agent_id, since or "", limit),
    )
    return [task_of(row) for row in rows]


def open_of(registry: Registry, origin: str) -> list[str]:
    """The ids of the deliveries of one broadcast that are still open."""
    rows = registry.rows(
        f"SELECT task_id FROM tasks WHERE origin_task_id = ? AND status_state = '{TaskState.INPUT_REQUIRED}'",
        (origin,),
    )
    return [task_id for (task_id,) in rows]


def mark_read(registry: Registry, task_ids: Sequence[str], at: str) -> None:
    """Stamp deliveries as read unless they are, in a transaction of its own that may be lost."""
    registry.change(
        f"UPDATE tasks SET read_at = ?, version = {NEXT_VERSION}"
        f" WHERE task_id IN ({marks(task_ids)}) AND read_at IS NULL",
        (at, *task_ids),
        durable=False,
    )


def ack(
    registry: Registry, recipient_id: str, task_ids: Sequence[str], at: str
) -> dict[str, int]:
    """Complete open deliveries to a recipient, all or none, in a transaction of its own.

    Returns their new versions by task id; empty if one of them is not open, or not to it.
    """
    these = marks(task_ids)
    rows = registry.change(
        f"UPDATE tasks SET {_COMPLETED} WHERE task_id IN ({these})"
        " AND (SELECT COUNT(*) FROM tasks"
        f"      WHERE task_id IN ({these}) AND to_agent_id = ? AND {_OPEN}) = ?"
        " RETURNING task_id, version",
        (*_completed(at), *task_ids, *task_ids, recipient_id, len(task_ids)),
    )
    return dict(rows)


def complete(registry: Registry, task_ids: Sequence[str], at: str) -> None:
    """Complete those deliveries that are still open, inside the caller's transaction."""
    if not task_ids:
        return
    registry.execute(
        f"UPDATE tasks SET {_COMPLETED} WHERE task_id IN ({marks(task_ids)}) AND {_OPEN}",
        (*_completed(at), *task_ids),
    )


def _completed(at: str) -> tuple[object, ...]:
    return (TaskState.COMPLETED, at, at, at)


def cancel(registry: Registry, task_ids: Sequence[str], at: str) -> None:
    """Cancel those deliveries that are still open, inside the caller's transaction."""
    registry.execute(
        "UPDATE tasks SET status_state = ?, status_timestamp = ?, push_next_at = NULL,"
        f" version = {NEXT_VERSION} WHERE task_id IN ({marks(task_ids)}) AND {_OPEN}",
        (TaskState.CANCELED, at, *task_ids),
    )


def fail_open(registry: Registry, agent_id: str, at: str) -> None:
    """Fail every open delivery to an agent: it will never receive them."""
    registry.execute(
        f"UPDATE tasks SET status_state = ?, status_timestamp = ?, push_next_at = NULL, version = {NEXT_VERSION}"
        f" WHERE context_id = ? AND status_state = '{TaskState.INPUT_REQUIRED}'",
        (TaskState.FAILED, at, agent_id),
    )


def fail(registry: Registry, task_id: str, at: str) -> None:
    """Fail a task: it reached nobody."""
    registry.execute(
        "UPDATE tasks SET status_state = ?, status_timestamp = ?,"
        f" version = {NEXT_VERSION} WHERE task_id = ?",
        (TaskState.FAILED, at, task_id),
    )


def touch(registry: Registry, agent_id: str, at: str) -> None:
    """Stamp an agent as active at `at`, inside the caller's transaction."""
    registry.execute(_TOUCH, (at, agent_id))


def touch_alone(registry: Registry, agent_id: str, at: str) -> None:
    """Stamp an agent as active, in a transaction of its own that may be lost."""
    registry.change(_TOUCH, (at, agent_id), durable=False)


def marks(values: Sequence[object]) -> str:
    """SQL placeholders for a list of values."""
    return ", ".join("?" * len(values))
