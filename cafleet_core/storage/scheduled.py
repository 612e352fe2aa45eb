"""Messages that wait for their time, and those whose time is over. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PushOutcome, PushReason, TaskState
from cafleet_core.storage.rows import task_of
from cafleet_core.storage.tasks import TASK, marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Task
    from cafleet_core.storage.registry import Registry

_DUE = f"status_state = '{TaskState.SCHEDULED}' AND not_before <= ?"
_OVER = (
    "expires_at <= ? AND expires_at IS NOT NULL AND notified_at IS NULL"
    " AND read_at IS NULL AND (push_claimed_until IS NULL OR push_claimed_until <= ?)"
    f" AND status_state IN ('{TaskState.SCHEDULED}', '{TaskState.INPUT_REQUIRED}')"
)


def is_any_due(registry: Registry, at: str) -> bool:
    """Whether a message is to be sent by `at`, or has expired by then."""
    row = registry.row(
        f"SELECT CASE WHEN EXISTS (SELECT 1 FROM tasks WHERE {_DUE})"
        f" OR EXISTS (SELECT 1 FROM tasks WHERE {_OVER}) THEN 1 ELSE 0 END",
        (at, at, at),
    )
    return bool(row[0])


def due(registry: Registry, at: str) -> list[Task]:
    """The deliveries that are to be sent by `at`, in the order in which they were scheduled."""
    rows = registry.rows(f"{TASK} WHERE t.{_DUE} ORDER BY t.seq", (at,))
    return [task_of(row) for row in rows]


def release(registry: Registry, task_ids: Sequence[str], at: str) -> None:
    """Send those that are still scheduled: they are open from now on, and owe a push.

    None is owed to an agent without a pane, and the message says so.
    """
    these = marks(task_ids)
    registry.execute(
        "UPDATE tasks SET status_state = ?, status_timestamp = ?, push_next_at = ?"
        f" WHERE task_id IN ({these}) AND status_state = ?",
        (TaskState.INPUT_REQUIRED, at, at, *task_ids, TaskState.SCHEDULED),
    )
    registry.execute(
        "UPDATE tasks SET push_outcome = ?, push_reason = ?, push_at = ?,"
        " push_attempts = 1, push_next_at = NULL"
        f" WHERE task_id IN ({these}) AND status_state = ? AND push_outcome IS NULL"
        " AND context_id NOT IN (SELECT agent_id FROM agent_placements)",
        (
            *(PushOutcome.NONE, PushReason.NO_PLACEMENT, at),
            *(*task_ids, TaskState.INPUT_REQUIRED),
        ),
    )


def hasten(registry: Registry, task_id: str, at: str) -> None:
    """Let a message that waits for an agent be due, unless it is already."""
    registry.execute(
        "UPDATE tasks SET not_before = ? WHERE task_id = ? AND not_before IS NULL"
        f" AND status_state = '{TaskState.SCHEDULED}'",
        (at, task_id),
    )


def expire(registry: Registry, at: str) -> None:
    """Fail the deliveries that were neither typed nor read in time, and are not being typed."""
    registry.execute(
        "UPDATE tasks SET status_state = ?, status_timestamp = ?, push_outcome = ?,"
        f" push_reason = ?, push_next_at = NULL WHERE {_OVER}",
        (TaskState.FAILED, at, PushOutcome.NONE, PushReason.EXPIRED, at, at),
    )


def next_at(registry: Registry, recipient_id: str) -> str | None:
    """When the next message to an agent is to be sent; None where none waits for a time."""
    row = registry.row(
        "SELECT MIN(not_before) FROM tasks"
        f" WHERE status_state = '{TaskState.SCHEDULED}' AND context_id = ?",
        (recipient_id,),
    )
    return row[0] if row else None
