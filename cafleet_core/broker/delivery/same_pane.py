"""Several senders to one pane: one of them types for all, the others learn what became of theirs."""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.broker.delivery import dispatch, policy
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason, TaskState, Transport
from cafleet_core.storage import tasks, unsettled_pushes
from cafleet_core.storage.unsettled_pushes import Due

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.config.rules import PushRules
    from cafleet_core.records import Task
    from cafleet_core.storage.registry import Registry

_SHORTEST_SECONDS = 0.008
_LONGEST_SECONDS = 0.15
_LONGER = 1.5
"""By how much each pause between two reads is longer than the last."""


def settled(
    registry: Registry, waiting: Sequence[Task], rules: PushRules
) -> list[tuple[Task, PushResult]]:
    """What became of tasks to whose recipients others were typing when they were committed.

    Nothing is told of one that was acked or canceled before anybody had tried.

    Whoever is the first to see such a recipient's pane free types all that is owed there by
    then. A process that does not come to an end is waited for until its claims on these tasks
    end, or for `policy.TYPING_SECONDS` where it has none on them.
    """
    session_id, ids = waiting[0].session_id, [task.task_id for task in waiting]
    for pause in _pauses():
        at = policy.horizons(clock.now())
        recipients = unsettled_pushes.untried(registry, ids, at)
        if not recipients:
            break
        if free := [agent_id for agent_id, is_free in recipients.items() if is_free]:
            dispatch.retry(registry, session_id, Due(free, []), at, rules)
        else:
            time.sleep(pause)
    return [
        (task, _result(task))
        for task in tasks.get(registry, ids)
        if task.push_outcome or task.status_state == TaskState.INPUT_REQUIRED
    ]


def _pauses() -> Iterator[float]:
    """Pauses between two reads, for as long as the claim of one that died may last."""
    deadline = time.monotonic() + policy.CLAIM_SECONDS + policy.TYPING_SECONDS
    pause = _SHORTEST_SECONDS
    while time.monotonic() < deadline:
        yield pause
        pause = min(pause * _LONGER, _LONGEST_SECONDS)


def _result(task: Task) -> PushResult:
    """What is stored of a task's push; one that nobody has tried is held by who is at the pane."""
    if task.push_outcome is None:
        return PushResult(PushOutcome.HELD, PushReason.BUSY)
    by_inbox = Transport.INBOX if task.push_transport == Transport.INBOX else None
    return PushResult(task.push_outcome, task.push_reason, by_inbox)
