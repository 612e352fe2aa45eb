"""Send scheduled messages whose time has come, and end those whose time is over."""

from __future__ import annotations

from cafleet_core import clock, ids
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Timing
from cafleet_core.states import TaskState
from cafleet_core.storage import lookup, new_tasks, scheduled, tasks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cafleet_core.records import Task
    from cafleet_core.storage.registry import Registry


def settle(registry: Registry) -> None:
    """Send the scheduled messages that are due, and fail those that have expired; each once.

    The next one of a repeated message is scheduled in the same transaction: one, however
    many were missed while no process ran.
    """
    now = clock.now()
    at = clock.stamp(now)
    if not scheduled.is_any_due(registry, at):
        return
    with registry.write():
        due = scheduled.due(registry, at)
        scheduled.expire(registry, at)
        scheduled.release(registry, [task.task_id for task in due], at)
        for message in _messages(task for task in due if task.every):
            _schedule_next(registry, message, now)


def _messages(due: Iterable[Task]) -> list[list[Task]]:
    """The deliveries of each message, in their order."""
    messages: dict[str, list[Task]] = {}
    for task in due:
        messages.setdefault(task.origin_task_id or task.task_id, []).append(task)
    return list(messages.values())


def _schedule_next(
    registry: Registry, deliveries: Sequence[Task], now: datetime
) -> None:
    """Schedule a message once more, unless its sender or a recipient is leaving.

    It is no act of the sender's, who may have been idle since.
    """
    from cafleet_core.broker.delivery import cron  # few messages come again

    first = deliveries[0]
    not_before = cron.next_time(first.every or "", now)
    new = [
        new_tasks.NewTask(
            task_id=ids.new(),
            session_id=task.session_id,
            context_id=task.context_id,
            sender_id=task.from_agent_id,
            recipient_id=task.to_agent_id,
            kind=task.type,
            text=task.text,
            origin=None,
            reply_to=task.reply_to_task_id,
            state=TaskState.SCHEDULED,
            at=clock.stamp(now),
            proof=task.sender_proof,
            timing=_again(task, not_before),
        )
        for task in deliveries
    ]
    if len(new) > 1:
        new = [task._replace(origin=new[0].task_id) for task in new]
    parties = {first.from_agent_id, *(task.context_id for task in deliveries)}
    [sender] = lookup.agents(registry, first.session_id, first.from_agent_id)
    for statement in new_tasks.insert(registry, new, sorted(parties)):
        registry.execute(*statement)
    if sender.last_active_at:
        tasks.touch(registry, sender.agent_id, sender.last_active_at)


def _again(task: Task, not_before: datetime) -> Timing:
    expires_at = None
    if task.expires_at and task.not_before:
        lasts = clock.parse(task.expires_at) - clock.parse(task.not_before)
        expires_at = clock.stamp(not_before + lasts)
    when = clock.stamp(not_before)
    return Timing(when, task.every, expires_at, bool(task.urgent))
