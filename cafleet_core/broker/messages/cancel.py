"""Cancel a message, or one delivery of it, as long as it is not settled."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.directory import identity
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import UNSETTLED, TaskType
from cafleet_core.storage import tasks, unsettled_tasks

if TYPE_CHECKING:
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Task
    from cafleet_core.storage.registry import Registry


def cancel(registry: Registry, caller: Caller, reference: str) -> list[Task]:
    """Cancel the open deliveries of a message, or one of them alone; returns those canceled.

    A message to several has the id of its first delivery, a broadcast that of its summary:
    either cancels all. Raises NotFound, or Refused for another sender's task and where
    nothing is open.
    """
    at = clock.stamp()
    with registry.write(caller.session.session_id):
        task = identity.find_own_task(registry, caller, reference)
        if task.from_agent_id != caller.agent.agent_id:
            raise Refused("Only the sender can cancel a task")
        open_ids = _open_deliveries(registry, task)
        if not open_ids:
            raise Refused(f"Cannot cancel task in state {task.status_state}")
        unsettled_tasks.cancel(registry, open_ids, at)
        tasks.touch(registry, caller.agent.agent_id, at)
    is_summary = task.type == TaskType.BROADCAST_SUMMARY
    return tasks.get(registry, [task.task_id] if is_summary else open_ids)


def _open_deliveries(registry: Registry, task: Task) -> list[str]:
    if task.origin_task_id == task.task_id:
        return unsettled_tasks.open_of(registry, task.task_id)
    return [task.task_id] if task.status_state in UNSETTLED else []
