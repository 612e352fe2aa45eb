"""Tasks by their message, or by sender and recipient, for a few commands only. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import TaskState
from cafleet_core.storage.rows import task_of
from cafleet_core.storage.tasks import TASK

if TYPE_CHECKING:
    from cafleet_core.records import Task
    from cafleet_core.storage.registry import Registry


def of_message(registry: Registry, head_id: str) -> list[Task]:
    """The tasks of the message with this id, its head first; none for an id of no message."""
    rows = registry.rows(
        f"{TASK} WHERE t.task_id = ? AND COALESCE(t.origin_task_id, t.task_id) = t.task_id"
        f" UNION {TASK} WHERE t.origin_task_id = ? ORDER BY seq",
        (head_id, head_id),
    )
    return [task_of(row) for row in rows]


def delivery_of(registry: Registry, origin: str, agent_id: str) -> Task | None:
    """An agent's delivery of the message with this origin, or None."""
    rows = registry.rows(
        f"{TASK} WHERE t.origin_task_id = ? AND t.to_agent_id = ? ORDER BY t.seq LIMIT 1",
        (origin, agent_id),
    )
    return task_of(rows[0]) if rows else None


def is_any_open(registry: Registry, sender_id: str, recipient_id: str) -> bool:
    """Whether a recipient has anything of a sender's that it has not acked."""
    row = registry.row(
        f"SELECT 1 FROM tasks WHERE context_id = ? AND from_agent_id = ? AND status_state = '{TaskState.INPUT_REQUIRED}' LIMIT 1",
        (recipient_id, sender_id),
    )
    return row is not None
