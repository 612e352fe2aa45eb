"""Unsettled tasks, and the ends that they have without an ack: canceled, failed. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import TaskState
from cafleet_core.storage.tasks import OPEN, marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry

_UNSETTLED = f"status_state IN ('{TaskState.INPUT_REQUIRED}', '{TaskState.SCHEDULED}')"


def open_of(registry: Registry, origin: str) -> list[str]:
    """The ids of the deliveries of a message to several that are not settled."""
    rows = registry.rows(
        f"SELECT task_id FROM tasks WHERE origin_task_id = ? AND {_UNSETTLED}",
        (origin,),
    )
    return [task_id for (task_id,) in rows]


def cancel(registry: Registry, task_ids: Sequence[str], at: str) -> None:
    """Cancel those deliveries that are not settled, inside the caller's transaction."""
    registry.execute(
        "UPDATE tasks SET status_state = ?, status_timestamp = ?, push_next_at = NULL"
        f" WHERE task_id IN ({marks(task_ids)}) AND {_UNSETTLED}",
        (TaskState.CANCELED, at, *task_ids),
    )


def fail_open(registry: Registry, agent_id: str, at: str) -> None:
    """Fail every unsettled delivery to an agent: it will never receive them."""
    registry.execute(
        "UPDATE tasks SET status_state = ?, status_timestamp = ?, push_next_at = NULL"
        f" WHERE context_id = ? AND {OPEN}"
        f" OR context_id = ? AND status_state = '{TaskState.SCHEDULED}'",
        (TaskState.FAILED, at, agent_id, agent_id),
    )


def fail(registry: Registry, task_id: str, at: str) -> None:
    """Fail a task: it reached nobody."""
    registry.execute(
        "UPDATE tasks SET status_state = ?, status_timestamp = ? WHERE task_id = ?",
        (TaskState.FAILED, at, task_id),
    )
