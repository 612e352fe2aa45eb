"""Which way an owed push takes, its recipient's own inbox or keystrokes, and what either left."""

from __future__ import annotations

from cafleet_core import ids
from cafleet_core.agents import cues, present
from cafleet_core.broker.delivery import turns
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.push import writer
from cafleet_core.states import Transport

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from cafleet_core.broker.delivery.turns import Owed, Push
    from cafleet_core.config.rules import PushRules
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import PushResult

    Readings = Mapping[str, PaneReading]
    """Pane readings by agent id."""

MOST_REFUSALS = 2
"""So many messages in a row that an inbox has not taken have the agent typed to."""

_KINDS = frozenset(("claude",))
"""The kinds of inboxes that messages can be handed to."""


def with_inboxes(owed: Sequence[Owed], rules: PushRules) -> frozenset[str]:
    """The ids of the recipients whose own inboxes messages may go through."""
    if rules.transport == Transport.KEYS:
        return frozenset()
    changed = present.changed_at()
    return frozenset(
        debt.recipient.agent_id
        for debt in owed
        if (placement := debt.recipient.placement) is not None
        and placement.inbox_refusals < MOST_REFUSALS
        and not _KINDS.isdisjoint(cues.parse(present.cues(placement, changed)).inbox)
    )


def parts(owed: Owed, inboxes: Container[str]) -> Iterator[Owed]:
    """A debt, in two where only a part of it may go through the recipient's own inbox."""
    if owed.recipient.agent_id not in inboxes:
        yield owed
        return
    by_keys = tuple(task for task in owed.tasks if turns.goes_by_keys(task))
    others = tuple(task for task in owed.tasks if task not in by_keys)
    if others or not by_keys:
        yield owed._replace(tasks=others)
    if by_keys:
        yield owed._replace(tasks=by_keys)


def hand_over(
    pushes: Sequence[Push], readings: Readings, inboxes: Container[str]
) -> dict[int, PushResult]:
    """The results of the pushes that went through inboxes of the agents' own, by number."""
    meant = [
        number
        for number, push in enumerate(pushes)
        if push.owed.recipient.agent_id in inboxes
    ]
    if not meant:
        return {}
    from cafleet_core.broker.delivery import handovers  # few agents have any

    results = handovers.hand_over([pushes[number] for number in meant], readings)
    return {
        number: result
        for number, result in zip(meant, results, strict=True)
        if result is not None
    }


def pushed_before(
    pushes: Sequence[Push], readings: Readings, inboxes: Container[str]
) -> dict[str, PushResult]:
    """Results of tasks that another process pushed, which may have died since.

    Read from the panes' marks, and where tmux does not answer, from agents' own inboxes.
    """
    results: dict[str, PushResult] = {}
    for push in pushes:
        reading = readings.get(push.owed.recipient.agent_id)
        for task in push.owed.tasks if reading else ():
            mark = ids.mark(task.task_id)
            if reading and mark in reading.typed:
                results[task.task_id] = writer.TYPED
            elif reading and ids.handed(mark) in reading.typed:
                results[task.task_id] = writer.HANDED
    meant = [push for push in pushes if push.owed.recipient.agent_id in inboxes]
    if meant:
        from cafleet_core.broker.delivery import handovers  # as above

        results |= handovers.handed_before(meant, readings)
    return results
