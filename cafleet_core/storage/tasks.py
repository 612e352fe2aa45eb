"""Tasks, row by row: plain SQL, because sending, polling and acking must start fast.

No statement numbers a change or stamps an act: triggers do (`migrations`). Each change that
shows in the timeline gives its task the next `version` of the session.
"""

from __future__ import annotations

from cafleet_core.errors import CommitUnknown
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.ids import SHORTEST_PREFIX
from cafleet_core.records import AT_ONCE, Timing
from cafleet_core.states import AgentStatus, TaskState, TaskType
from cafleet_core.storage import search
from cafleet_core.storage.lookup import prefix_range
from cafleet_core.storage.rows import task_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.records import Agent, Task
    from cafleet_core.states import SenderProof
    from cafleet_core.storage.registry import Registry, Statement


def _columns(table: str) -> str:
    """What `Task` holds, in its order, of the tasks that a statement calls `table`.

    The casts let SQLite use an index where a change returns it.
    """
    own = ", ".join(f"{table}.{column}" for column in _OWN)
    timed = ", ".join(f"{table}.{column}" for column in _TIMED)
    return (
        f"{own}, (SELECT name FROM agents WHERE agent_id = CAST({table}.from_agent_id AS TEXT)),"
        " CASE WHEN EXISTS (SELECT 1 FROM tasks o"
        f" WHERE o.task_id = CAST({table}.origin_task_id AS TEXT) AND o.type = '{TaskType.BROADCAST_SUMMARY}') THEN 1 ELSE 0 END,"
        f" {table}.sender_proof, {timed}, {table}.push_transport,"
        f" (SELECT kind FROM agents WHERE agent_id = CAST({table}.from_agent_id AS TEXT))"
    )


_OWN = (
    *("seq", "task_id", "session_id", "context_id", "from_agent_id", "to_agent_id"),
    *("type", "text", "origin_task_id", "reply_to_task_id", "status_state"),
    *("status_timestamp", "created_at", "notified_at", "read_at", "acked_at"),
    *("push_outcome", "push_reason", "push_attempts", "version"),
    *("submitted_at", "push_next_at", "push_claimed_until"),
)

_TIMED = ("not_before", "every", "expires_at", "urgent", "awaits")

TASK = f"SELECT {_columns('t')} FROM tasks t"
"""Selects what `rows.task_of` reads."""

CHANGED = f"RETURNING {_columns('tasks')}"
"""The same of what a statement has changed, in any order; `version` may be the one before."""

OPEN = f"status_state = '{TaskState.INPUT_REQUIRED}'"
_COLUMNS = (
    *("task_id", "session_id", "context_id", "from_agent_id", "to_agent_id", "type"),
    *("text", "origin_task_id", "reply_to_task_id", "status_state"),
    *("status_timestamp", "created_at", "push_next_at", "sender_proof"),
    *_TIMED,
)
_NEW = f"({', '.join('?' * len(_COLUMNS))}, 0, 0)"
_INSERT = f"INSERT INTO tasks ({', '.join(_COLUMNS)}, push_attempts, version)"

_COMPLETED = (
    "status_state = ?, status_timestamp = ?, acked_at = ?,"
    " read_at = COALESCE(read_at, ?), push_next_at = NULL"
)


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
    timing: Timing = AT_ONCE

    @property
    def is_head(self) -> bool:
        """Whether it stands for its whole message."""
        return self.origin in (None, self.task_id)

    def columns(self) -> tuple[object, ...]:
        """The values of its row; an open delivery owes its recipient a push at once."""
        owes = self.recipient_id and self.state == TaskState.INPUT_REQUIRED
        at = self.at
        timing = self.timing
        when = (timing.not_before, timing.every, timing.expires_at)
        more = (int(timing.urgent), timing.awaits)
        return (*self[:10], at, at, at if owes else None, self.proof, *when, *more)


def insert(
    registry: Registry, new: Sequence[NewTask], active: Sequence[str] = ()
) -> Iterator[Statement]:
    """The statements that store tasks in their order, and index their words.

    The first returns the `seq` of each. It returns and stores nothing if one of the agents
    in `active` is not active, or the first task is stored already.
    """
    values: list[object] = [value for task in new for value in task.columns()]
    yield (
        f"{_INSERT} SELECT * FROM (VALUES {', '.join([_NEW] * len(new))}) AS n"
        " WHERE (SELECT COUNT(*) FROM agents"
        f"        WHERE agent_id IN ({marks(active) or 'NULL'}) AND status = ?) = ?"
        " AND NOT EXISTS (SELECT 1 FROM tasks WHERE task_id = ?)"
        " RETURNING seq",
        (*values, *active, AgentStatus.ACTIVE, len(set(active)), new[0].task_id),
    )
    for task in new:
        if task.is_head:
            yield search.adding(
                registry, task.task_id, task.at, task.session_id, task.text
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
    """SQL placeholders for a list of values."""
    return ", ".join("?" * len(values))
