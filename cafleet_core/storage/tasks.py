"""Tasks, row by row: plain SQL, because sending, polling and acking must start fast.

No statement numbers a change or stamps an act: triggers do (`migrations`). Each change that
shows in the timeline gives its task the next `version` of the session.
"""

from __future__ import annotations

from cafleet_core.errors import CommitUnknown
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.ids import SHORTEST_PREFIX
from cafleet_core.states import TaskState, TaskType
from cafleet_core.storage.lookup import prefix_range
from cafleet_core.storage.rows import task_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent, Task
    from cafleet_core.storage.registry import Registry


def _columns(table: str) -> str:
    """What `Task` holds, in its order, of the tasks that a statement calls `table`.

    The casts let SQLite use an index where a change returns it.
    """
    own = ", ".join(f"{table}.{column}" for column in _OWN)
    timed = ", ".join(f"{table}.{column}" for column in TIMED)
    return (
        f"{own}, (SELECT name FROM agents WHERE agent_id = CAST({table}.from_agent_id AS TEXT)),"
        " CASE WHEN EXISTS (SELECT 1 FROM tasks o"
        f" WHERE o.task_id = CAST({table}.origin_task_id AS TEXT) AND o.type = '{TaskType.BROADCAST_SUMMARY}') THEN 1 ELSE 0 END,"
        f" {table}.sender_proof, {timed}, {table}.push_transport,"
        f" (SELECT kind FROM agents WHERE agent_id = CAST({table}.from_agent_id AS TEXT)),"
        f" {table}.attached, {table}.commented"
    )


_OWN = (
    *("seq", "task_id", "session_id", "context_id", "from_agent_id", "to_agent_id"),
    *("type", "text", "origin_task_id", "reply_to_task_id", "status_state"),
    *("status_timestamp", "created_at", "notified_at", "read_at", "acked_at"),
    *("push_outcome", "push_reason", "push_attempts", "version"),
    *("submitted_at", "push_next_at", "push_claimed_until"),
)

TIMED = ("not_before", "every", "expires_at", "urgent", "awaits")

TASK = f"SELECT {_columns('t')} FROM tasks t"
"""Selects what `rows.task_of` reads."""

CHANGED = f"RETURNING {_columns('tasks')}"
"""The same of what a statement has changed, in any order; `version` may be the one before."""

OPEN = f"status_state = '{TaskState.INPUT_REQUIRED}'"
_COMPLETED = (
    "status_state = ?, status_timestamp = ?, acked_at = ?,"
    " read_at = COALESCE(read_at, ?), push_next_at = NULL"
)


def get(registry: Registry, task_ids: Sequence[str]) -> list[Task]:
    """The tasks with exactly these ids, in their order of creation."""
    if not task_ids:
        return []
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


def inbox(
    registry: Registry,
    agent_id: str,
    at: str,
    *,
    acked_too: bool,
    since: str | None,
    limit: int,
) -> list[Task]:
    """Deliveries to an agent, oldest first: the unacked ones, or all if `acked_too`.

    `since` keeps those whose state changed strictly later; `limit` is a number of rows.
    Those whose time has come by `at` are among them, SCHEDULED still.
    """
    wanted = (
        f"t.to_agent_id IS NOT NULL AND t.status_state <> '{TaskState.SCHEDULED}'"
        if acked_too
        else f"t.status_state = '{TaskState.INPUT_REQUIRED}'"
    )
    rows = registry.rows(
        f"{TASK} WHERE t.context_id = ? AND {wanted} AND t.status_timestamp > ?"
        f" UNION ALL {TASK} WHERE t.status_state = '{TaskState.SCHEDULED}'"
        " AND t.not_before <= ? AND t.context_id = ?"
        " ORDER BY 1 LIMIT ?",
        (agent_id, since or "", at, agent_id, limit),
    )
    return [task_of(row) for row in rows]


def mark_read(
    registry: Registry, session_id: str, task_ids: Sequence[str], at: str
) -> None:
    """Stamp deliveries as read, once, in a transaction of its own that need not last."""
    sql = (
        "UPDATE tasks SET read_at = ?"
        f" WHERE task_id IN ({marks(task_ids)}) AND read_at IS NULL"
    )
    registry.change(session_id, (sql, (at, *task_ids)), durable=False)


def ack(registry: Registry, recipient: Agent, task_ids: Sequence[str], at: str) -> bool:
    """Complete open deliveries to a recipient, all or none, in a transaction of its own.

    False where one of them is not open, or not to it. What a lost connection has done of it
    counts.
    """
    these = marks(task_ids)
    sql = (
        f"UPDATE tasks SET {_COMPLETED} WHERE task_id IN ({these})"
        " AND (SELECT COUNT(*) FROM tasks"
        f"      WHERE task_id IN ({these}) AND to_agent_id = ? AND {OPEN}) = ?"
        " RETURNING task_id"
    )
    values = (*task_ids, *task_ids, recipient.agent_id, len(task_ids))
    [rows] = registry.change(recipient.session_id, (sql, (*_completed(at), *values)))
    return bool(rows) or all(task.acked_at == at for task in get(registry, task_ids))


def ack_open(
    registry: Registry, recipient: Agent, at: str, part_of: str | None = None
) -> list[Task]:
    """Complete every open delivery to a recipient, in a transaction of its own; oldest first.

    Only its part in the message of a task, where one is given.
    """
    wanted = "" if part_of is None else " AND (task_id = ? OR origin_task_id = ?)"
    ids = () if part_of is None else (part_of, part_of)
    sql = (
        f"UPDATE tasks SET {_COMPLETED} WHERE context_id = ? AND {OPEN}{wanted}"
        f" {CHANGED}"
    )
    statement = sql, (*_completed(at), recipient.agent_id, *ids)
    try:
        [rows] = registry.change(recipient.session_id, statement, repeatable=False)
    except CommitUnknown:
        # what the lost connection may have begun ends before this does, or changes nothing
        registry.change(recipient.session_id, statement)
        acked = f"{TASK} WHERE t.context_id = ? AND t.acked_at = ?"
        rows = registry.rows(acked, (recipient.agent_id, at))
    return sorted(map(task_of, rows))


def _completed(at: str) -> tuple[object, ...]:
    return (TaskState.COMPLETED, at, at, at)


def touch(registry: Registry, agent_id: str, at: str) -> None:
    """The agent has taken something back, the one act that no row of its own tells of."""
    registry.execute(
        "UPDATE agents SET last_active_at = ? WHERE agent_id = ?", (at, agent_id)
    )


def marks(values: Sequence[object]) -> str:
    """SQL placeholders for a list of values; of an empty one, what no value is in."""
    return ", ".join("?" * len(values)) or "NULL"
