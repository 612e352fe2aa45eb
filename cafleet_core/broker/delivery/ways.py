"""Which way an owed push takes, its recipient's own inbox or keystrokes, and what either left."""

from __future__ import annotations

from cafleet_core import ids
from cafleet_core.agents import cues, present
from cafleet_core.broker.delivery import turns
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.push import writer
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, Transport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cafleet_core.broker.delivery.turns import Owed, Push
    from cafleet_core.config.rules import PushRules
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent

    Readings = Mapping[str, PaneReading]
    """Pane readings by agent id."""

_DELIVERED = PushResult(PushOutcome.DELIVERED)


def parts(owed: Owed, rules: PushRules) -> Iterator[Owed]:
    """A debt, in two where only a part of it may go through the recipient's own inbox."""
    if not _has_inbox(owed.recipient, rules):
        yield owed
        return
    by_keys = tuple(task for task in owed.tasks if turns.goes_by_keys(task))
    others = tuple(task for task in owed.tasks if task not in by_keys)
    if others or not by_keys:
        yield owed._replace(tasks=others)
    if by_keys:
        yield owed._replace(tasks=by_keys)


def hand_over(
    pushes: Sequence[Push], readings: Readings, rules: PushRules
) -> dict[int, PushResult]:
    """The results of the pushes that went through inboxes of the agents' own, by number."""
    meant = [
        number
        for number, push in enumerate(pushes)
        if _has_inbox(push.owed.recipient, rules)
    ]
    if not meant:
        return {}
    from cafleet_core.broker.delivery import inboxes  # few agents have any

    results = inboxes.hand_over([pushes[number] for number in meant], readings)
    return {
        number: result
        for number, result in zip(meant, results, strict=True)
        if result is not None
    }


def pushed_before(
    pushes: Sequence[Push], readings: Readings, rules: PushRules
) -> dict[str, PushResult]:
    """Results of tasks that another process pushed, who may have died since.

    The panes' marks tell, and where tmux does not answer, agents with inboxes of their own.
    """
    results: dict[str, PushResult] = {}
    for push in pushes:
        reading = readings.get(push.owed.recipient.agent_id)
        for task in push.owed.tasks if reading else ():
            mark = ids.mark(task.task_id)
            if reading and mark in reading.typed:
                results[task.task_id] = _DELIVERED
            elif reading and ids.handed(mark) in reading.typed:
                results[task.task_id] = writer.HANDED
    handed = [push for push in pushes if _has_inbox(push.owed.recipient, rules)]
    if handed:
        from cafleet_core.broker.delivery import inboxes  # as below

        results |= inboxes.handed_before(handed, readings)
    return results


def _has_inbox(agent: Agent, rules: PushRules) -> bool:
    """Whether messages may go through the agent's own inbox."""
    placement = agent.placement
    if placement is None or rules.transport == Transport.KEYS:
        return False
    return bool(cues.parse(present.cues(placement, present.changed_at())).inbox)
