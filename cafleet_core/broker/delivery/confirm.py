"""Typed is not submitted: looking whether a text has left its input box, and one more Enter."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cafleet_core import clock, host
from cafleet_core.broker.delivery import input_box, policy, turns
from cafleet_core.broker.delivery.turns import Owed, turn_of
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.reading.look import look
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.records import Agent, Task
from cafleet_core.states import BoxContent, PushOutcome, PushReason
from cafleet_core.storage import outbox
from cafleet_core.storage.registry import Registry
from cafleet_core.views import PaneReading

_LOOK_EVERY = 0.05

Readings = Mapping[str, PaneReading]
"""What was seen of agents' panes, by agent id."""


class Confirmation(NamedTuple):
    """What a look told of a typed text: submitted, or the doubt about it, None for nothing new.

    `after` seconds it is looked at again, where that could tell more.
    """

    submitted: bool
    doubt: PushReason | None = None
    after: float | None = None


_SUBMITTED = Confirmation(True)
_LOOK_LATER = Confirmation(False, after=policy.CONFIRM_AGAIN_SECONDS)
_PRESSED = Confirmation(False, PushReason.ENTER_AGAIN, policy.CONFIRM_SECONDS)
_NOT_SUBMITTED = Confirmation(False, PushReason.NOT_SUBMITTED)
_UNVERIFIED = Confirmation(False, PushReason.UNVERIFIED)

_TELLS = {
    BoxContent.GONE: _SUBMITTED,
    BoxContent.TOUCHED: _NOT_SUBMITTED,
    BoxContent.COVERED: _LOOK_LATER,
    BoxContent.UNSEEN: _UNVERIFIED,
}


def reserved(
    registry: Registry, now: datetime, recipients: Container[str] | None = None
) -> dict[str, tuple[Task, ...]]:
    """What was typed lately on this host and nobody has read yet, by its recipient.

    Only of these recipients, where they are given. Reserved for this process, inside the
    caller's transaction.
    """
    typed: dict[str, tuple[Task, ...]] = {}
    for task in outbox.unconfirmed(registry, host.host(), *policy.to_confirm(now)):
        if recipients is None or task.context_id in recipients:
            outbox.reserve(registry, task.task_id, policy.claimed_until(now))
            typed[task.context_id] = (*typed.get(task.context_id, ()), task)
    return typed


def examined(
    owed: Iterable[Owed], readings: Readings, rules: PushRules
) -> dict[str, Confirmation]:
    """What was seen of every text that was typed before, by its task's id.

    One that still stands in its input box, and nothing besides, gets one more Enter, ever.
    """
    return {
        task.task_id: confirmation
        for debt in owed
        if debt.typed
        for confirmation in (_examine(debt, readings, rules),)
        for task in debt.typed
    }


def record(
    registry: Registry, confirmations: Mapping[str, Confirmation], at: datetime
) -> None:
    """Keep what was seen, inside the caller's transaction."""
    for task_id, seen in confirmations.items():
        until = seen.after and clock.stamp(at + timedelta(seconds=seen.after))
        if seen.submitted:
            outbox.confirm(registry, task_id, clock.stamp(at))
        elif seen.doubt:
            outbox.doubt(registry, task_id, seen.doubt, until or None)
        elif until:
            outbox.reserve(registry, task_id, until)


def see_submitted(agent: Agent, turn: Turn, before: PaneReading | None) -> Confirmation:
    """See a turn that was just typed leave its input box, while its caller waits for it.

    Where it stands there still, Enter is pressed once more, and it is waited for again:
    each time for `policy.CONFIRM_SECONDS` at most. A screen that is as it was `before` the
    typing has not taken the text in yet.
    """
    content, seen = _wait(agent, turn, before)
    if content == BoxContent.STANDS and seen is not None:
        _press(turn, seen)
        content, _ = _wait(agent, turn, seen)
    return _NOT_SUBMITTED if content == BoxContent.STANDS else _TELLS[content]


def _wait(
    agent: Agent, turn: Turn, before: PaneReading | None
) -> tuple[BoxContent, PaneReading | None]:
    deadline = time.monotonic() + policy.CONFIRM_SECONDS
    while True:
        seen = look([agent]).get(agent.agent_id)
        if seen is None:
            return BoxContent.UNSEEN, None
        content = input_box.left_of(turn.text, seen)
        moved = before is None or seen.screen != before.screen
        if (moved and content != BoxContent.STANDS) or time.monotonic() > deadline:
            return content, seen
        time.sleep(_LOOK_EVERY)


def _examine(owed: Owed, readings: Readings, rules: PushRules) -> Confirmation:
    turn = turn_of(owed.recipient, owed.typed, rules.max_text_len)
    seen = readings.get(owed.recipient.agent_id)
    if not isinstance(turn, Turn) or seen is None:
        return _UNVERIFIED
    content = input_box.left_of(turn.text, seen)
    if content in _TELLS:
        return _TELLS[content]
    if any(task.push_reason == PushReason.ENTER_AGAIN for task in owed.typed):
        return _NOT_SUBMITTED
    return _PRESSED if _press(turn, seen) else _LOOK_LATER


def _press(turn: Turn, seen: PaneReading) -> bool:
    """Enter, unless the screen has moved on since it was looked at; whether it was pressed."""
    bound = turns.bound(turn, seen)
    (result,) = writer.type_turns(
        [bound._replace(text="", keys="", show=False, announces=())]
    )
    return result.outcome == PushOutcome.DELIVERED
