"""An agent's unacked messages, whole, without stamping them as read."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import TaskState
from cafleet_core.storage import tasks, timeline

if TYPE_CHECKING:
    from collections.abc import Collection

    from cafleet_core.records import Task
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Entry


def entries(registry: Registry, agent_id: str, limit: int) -> list[Entry]:
    """The first `limit` messages that an agent has not acked, oldest first."""
    heads = [
        task.origin_task_id or task.task_id for task in _open(registry, agent_id, limit)
    ]
    return timeline.by_heads(registry, list(dict.fromkeys(heads)))


def count(registry: Registry, agent_id: str, limit: int) -> int:
    """How many messages an agent has not acked; `limit` for more."""
    return len(_open(registry, agent_id, limit))


def those_open(
    registry: Registry, agent_id: str, task_ids: Collection[str], limit: int
) -> list[str]:
    """Those of the deliveries that are open now, among the agent's first `limit`."""
    open_ids = [task.task_id for task in _open(registry, agent_id, limit)]
    return [task_id for task_id in open_ids if task_id in task_ids]


def _open(registry: Registry, agent_id: str, limit: int) -> list[Task]:
    deliveries = tasks.inbox(
        *(registry, agent_id, clock.stamp()), acked_too=False, since=None, limit=limit
    )
    # what has a time, and is due, is sent by whoever delivers
    return [t for t in deliveries if t.status_state == TaskState.INPUT_REQUIRED]
