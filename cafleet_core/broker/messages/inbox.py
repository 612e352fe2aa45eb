"""The recipient's side of a message: reading it, and saying that it is dealt with."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.directory import identity
from cafleet_core.errors import Refused, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import TaskState
from cafleet_core.storage import tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent, Task
    from cafleet_core.storage.registry import Registry


def poll(
    registry: Registry,
    agent: Agent,
    *,
    acked_too: bool = False,
    since: str | None = None,
    limit: int = 100,
) -> list[Task]:
    """An agent's open deliveries (or all), oldest first, and stamp them as read.

    `since` is a stamp and strict, against the last change of state. Where nothing can be
    stamped now, on a full disk for one, they can be read all the same.
    """
    found = tasks.inbox(
        registry, agent.agent_id, acked_too=acked_too, since=since, limit=limit
    )
    unread = [task.task_id for task in found if task.read_at is None]
    at = clock.stamp()
    try:
        if unread:
            with registry.write():
                tasks.mark_read(registry, unread, at)
                tasks.touch(registry, agent.agent_id, at)
    except RegistryError:
        return found
    return [task._replace(read_at=task.read_at or at) for task in found]


def ack(registry: Registry, caller: Caller, references: Sequence[str]) -> list[Task]:
    """Complete deliveries to the caller, all or none; the tasks as they are then.

    Raises NotFound, or Refused for another's task or one that is not open.
    """
    at = clock.stamp()
    with registry.write():
        deliveries = [
            identity.find_own_task(registry, caller, reference, received=True)
            for reference in references
        ]
        for task in deliveries:
            if task.to_agent_id != caller.agent.agent_id:
                raise Refused("Only the recipient can ACK a task")
            if task.status_state != TaskState.INPUT_REQUIRED:
                raise Refused(f"Cannot ACK task in state {task.status_state}")
        task_ids = [task.task_id for task in deliveries]
        tasks.complete(registry, task_ids, at)
        tasks.touch(registry, caller.agent.agent_id, at)
    return tasks.get(registry, task_ids)


def ack_all(registry: Registry, caller: Caller) -> list[Task]:
    """Complete every open delivery to the caller."""
    agent_id = caller.agent.agent_id
    at = clock.stamp()
    with registry.write():
        found = tasks.inbox(registry, agent_id, acked_too=False, since=None, limit=-1)
        task_ids = [task.task_id for task in found]
        tasks.complete(registry, task_ids, at)
        if found:
            tasks.touch(registry, agent_id, at)
    return [
        task._replace(status_state=TaskState.COMPLETED, status_timestamp=at)
        for task in found
    ]


def ack_answered(registry: Registry, agent: Agent, task_id: str) -> None:
    """Complete the agent's own open part in a message that it has answered, if it has one."""
    at = clock.stamp()
    with registry.write():
        open_ones = tasks.inbox(
            registry, agent.agent_id, acked_too=False, since=None, limit=-1
        )
        own = [
            task.task_id
            for task in open_ones
            if task_id in (task.task_id, task.origin_task_id)
        ]
        tasks.complete(registry, own, at)


def show(registry: Registry, caller: Caller, reference: str) -> Task:
    """A task that the caller sent or received; anyone else's is NotFound."""
    task = identity.find_own_task(registry, caller, reference)
    if caller.agent.agent_id not in (task.from_agent_id, task.context_id):
        from cafleet_core.broker.directory import unknown  # seldom needed

        raise unknown.task(reference)
    return task
