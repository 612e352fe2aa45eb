"""A recipient's messages: polling and acking them."""

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
    """An agent's open deliveries, or all, oldest first; stamps them as read.

    `since` is a stamp: only those whose state changed strictly later. What is urgent comes
    before the rest. If the stamp of reading cannot be written, on a full disk for one, they
    are returned all the same.
    """
    at = clock.stamp()

    def look() -> list[Task]:
        return tasks.inbox(
            *(registry, agent.agent_id, at),
            acked_too=acked_too,
            since=since,
            limit=limit,
        )

    deliveries = look()
    if any(_is_due(task, at) for task in deliveries):
        from cafleet_core.broker.delivery import timetable  # few have a time

        timetable.settle(registry)
        deliveries = look()
    deliveries.sort(key=lambda task: -task.urgent)
    unread = [task.task_id for task in deliveries if task.read_at is None]
    try:
        if unread:
            tasks.mark_read(registry, agent.session_id, unread, at)
    except RegistryError:
        return deliveries
    return [task._replace(read_at=task.read_at or at) for task in deliveries]


def seconds_until_due(registry: Registry, agent: Agent) -> float:
    """How long until the next scheduled message to an agent is due; inf if none has a time."""
    from cafleet_core.storage import scheduled  # only who waits asks

    due_at = scheduled.next_at(registry, agent.agent_id)
    if due_at is None:
        return float("inf")
    return max(0.0, (clock.parse(due_at) - clock.now()).total_seconds())


def _is_due(task: Task, at: str) -> bool:
    """Whether a delivery is to be sent now, or has expired."""
    if task.status_state == TaskState.SCHEDULED:
        return True
    untold = task.notified_at is None and task.read_at is None
    return untold and task.expires_at is not None and task.expires_at <= at


def ack(registry: Registry, caller: Caller, references: Sequence[str]) -> list[Task]:
    """Complete deliveries to the caller, all or none, and return the completed tasks.

    Raises NotFound, or Refused for another agent's task or one that is not open.
    """
    deliveries = _own_open(registry, caller, references)
    task_ids = list(dict.fromkeys(task.task_id for task in deliveries))
    at = clock.stamp()
    if not tasks.ack(registry, caller.agent, task_ids, at):
        # settled between the look and the change
        _own_open(registry, caller, references)
        raise Refused("The tasks were settled meanwhile; nothing was acked")
    acked = {task.task_id: _acked(task, at) for task in deliveries}
    return sorted(acked.values(), key=lambda task: task.seq)


def _acked(task: Task, at: str) -> Task:
    """A delivery as its ack has left it, but for its version."""
    return task._replace(
        status_state=TaskState.COMPLETED,
        status_timestamp=at,
        acked_at=at,
        read_at=task.read_at or at,
        push_next_at=None,
    )


def ack_all(registry: Registry, caller: Caller) -> list[Task]:
    """Complete every open delivery to the caller."""
    return tasks.ack_open(registry, caller.agent, clock.stamp())


def _own_open(
    registry: Registry, caller: Caller, references: Sequence[str]
) -> list[Task]:
    """The caller's open deliveries with these ids; raises NotFound, or Refused for any other."""
    deliveries = [
        identity.find_own_task(registry, caller, reference, received=True)
        for reference in references
    ]
    for task in deliveries:
        refuse_settled(task, caller)
    return deliveries


def refuse_settled(task: Task, caller: Caller) -> None:
    """Raise Refused for a task that is not open, or not to the caller."""
    if task.to_agent_id != caller.agent.agent_id:
        raise Refused("Only the recipient can ACK a task")
    if task.status_state != TaskState.INPUT_REQUIRED:
        raise Refused(f"Cannot ACK task in state {task.status_state}")


def ack_answered(registry: Registry, agent: Agent, task_id: str) -> None:
    """Complete the agent's own open part in a message that it has answered, if it has one."""
    tasks.ack_open(registry, agent, clock.stamp(), part_of=task_id)


def show(registry: Registry, caller: Caller, reference: str) -> Task:
    """A task that the caller sent or received; raises NotFound for any other."""
    task = identity.find_own_task(registry, caller, reference)
    if caller.agent.agent_id not in (task.from_agent_id, task.context_id):
        from cafleet_core.broker.directory import unknown  # seldom needed

        raise unknown.task(reference)
    return task
