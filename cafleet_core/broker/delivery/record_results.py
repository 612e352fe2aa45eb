"""Record the results of pushes, what confirmed earlier ones, and which program took the first."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.delivery import confirm, policy
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.push import writer
from cafleet_core.storage import outbox
from cafleet_core.storage.rows import task_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cafleet_core.broker.delivery.confirm import Readings
    from cafleet_core.broker.delivery.confirmation import Confirmation
    from cafleet_core.broker.delivery.turns import Owed
    from cafleet_core.records import PushResult, Task
    from cafleet_core.storage.registry import Registry, Statement


def record(
    registry: Registry,
    owed: Sequence[Owed],
    results: Mapping[str, PushResult],
    confirmations: Mapping[str, Confirmation],
    readings: Readings,
) -> list[Task]:
    """Keep each result and the time of its next try, and what the snapshots confirmed.

    It need not outlast the panes that it tells of. Returns the tasks whose results were kept,
    as they are then.
    """
    at = clock.now()
    alike: dict[tuple[PushResult, str | None], list[str]] = {}
    for debt in owed:
        for task in debt.tasks:
            age = clock.age(task.sent_at, at)
            result = policy.settled(results[task.task_id], age)
            next_at = policy.next_try(result, task.push_attempts, at, bool(task.urgent))
            alike.setdefault((result, next_at), []).append(task.task_id)
    stamp = clock.stamp(at)
    recorded = [
        outbox.record(task_ids, result, stamp, next_at)
        for (result, next_at), task_ids in alike.items()
    ]
    seen = [*confirm.recorded(confirmations, at), *_bound(owed, results, readings)]
    if not (recorded or seen):
        return []
    sessions = {debt.recipient.session_id for debt in owed}
    rows = registry.change(
        sessions.pop() if len(sessions) == 1 else None,
        *recorded,
        *seen,
        durable=False,
    )
    return [
        task_of(row) for recorded_rows in rows[: len(recorded)] for row in recorded_rows
    ]


def _bound(
    owed: Iterable[Owed], results: Mapping[str, PushResult], readings: Readings
) -> Iterator[Statement]:
    """Bind each agent that got its first turn to the program that took it."""
    for debt in owed:
        agent_id, placement = debt.recipient.agent_id, debt.recipient.placement
        reading = readings.get(agent_id)
        if reading is None or not reading.front.pid or placement is None:
            continue
        typed = any(results[task.task_id] == writer.TYPED for task in debt.tasks)
        if typed and not placement.program_pid:
            from cafleet_core.storage import agents  # once for each program

            yield agents.bind(agent_id, reading.pane, reading.front)
