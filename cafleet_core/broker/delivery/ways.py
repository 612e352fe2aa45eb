"""Which way an owed push takes, its recipient's own inbox or keystrokes, and what either left."""

from __future__ import annotations

from cafleet_core import clock, ids
from cafleet_core.agents import cues, present
from cafleet_core.broker.delivery import turns
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.push import writer
from cafleet_core.states import Transport
from cafleet_core.storage import unsettled_pushes

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from cafleet_core.broker.delivery.turns import Owed, Push
    from cafleet_core.config.rules import PushRules
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import PushResult
    from cafleet_core.storage.registry import Registry

    Readings = Mapping[str, PaneReading]
    """Pane readings by agent id."""

MOST_REFUSALS = 2
"""So many messages in a row that an inbox has not taken have the agent typed to."""


def rooms(registry: Registry, owed: Sequence[Owed], rules: PushRules) -> dict[str, int]:
    """How many turns each recipient's own inbox takes now, by the ids of those that have one."""
    if rules.transport == Transport.KEYS:
        return {}
    from cafleet_core.push.native_inbox import kinds  # few have it so

    changed = present.changed_at()
    left = {
        debt.recipient.agent_id: most
        for debt in owed
        if (placement := debt.recipient.placement) is not None
        and placement.inbox_refusals < MOST_REFUSALS
        and (
            most := kinds.most_a_minute(
                cues.parse(present.cues(placement, changed)).inbox
            )
        )
    }
    if not left:
        return {}
    since = clock.stamp_after(clock.now(), -60.0)
    for agent_id, together in unsettled_pushes.handed(registry, [*left], since):
        left[agent_id] -= -(-together // turns.PREVIEWS_A_TURN)
    return {agent_id: max(0, turns_left) for agent_id, turns_left in left.items()}


def parts(owed: Owed, inboxes: Mapping[str, int]) -> Iterator[Owed]:
    """A debt, in parts where some of it may go through the recipient's own inbox.

    There every message is shown, as many at once as a turn shows; what is more than it has
    room for is typed.
    """
    if owed.recipient.agent_id not in inboxes:
        yield owed
        return
    room = inboxes[owed.recipient.agent_id] * turns.PREVIEWS_A_TURN
    others = [task for task in owed.tasks if not turns.goes_by_keys(task)][:room]
    by_keys = tuple(task for task in owed.tasks if task not in others)
    for start in range(0, len(others), turns.PREVIEWS_A_TURN):
        some = others[start : start + turns.PREVIEWS_A_TURN]
        yield owed._replace(tasks=tuple(some), by_inbox=True)
    if by_keys or not others:
        yield owed._replace(tasks=by_keys)


def hand_over(pushes: Sequence[Push], readings: Readings) -> dict[int, PushResult]:
    """The results of the pushes that went through inboxes of the agents' own, by number."""
    meant = [number for number, push in enumerate(pushes) if push.owed.by_inbox]
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
