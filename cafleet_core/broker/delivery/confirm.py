"""Typed is not submitted: looking once whether a text has left its input box, and one more Enter."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cafleet_core import clock, host
from cafleet_core.agents import cues as agent_cues
from cafleet_core.broker.delivery import input_box, policy
from cafleet_core.broker.delivery.input_box import Glimpses
from cafleet_core.broker.delivery.turns import Owed, turn_of
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.reading import look
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.records import Task
from cafleet_core.states import BoxContent, PushOutcome, PushReason
from cafleet_core.storage import outbox
from cafleet_core.storage.registry import Registry


class Found(NamedTuple):
    """What a look found: submitted, or the doubt about it, None where nothing new is known.

    `after` seconds it is looked at again, where that could tell more.
    """

    submitted: bool
    doubt: str | None = None
    after: float | None = None


_SUBMITTED = Found(True)
_LOOK_LATER = Found(False, after=policy.CONFIRM_AGAIN_SECONDS)
_PRESSED = Found(False, PushReason.ENTER_AGAIN, policy.CONFIRM_SECONDS)
_NOT_SUBMITTED = Found(False, PushReason.NOT_SUBMITTED)
_UNVERIFIED = Found(False, PushReason.UNVERIFIED)

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
    owed: Iterable[Owed], glimpses: Glimpses, rules: PushRules
) -> dict[str, Found]:
    """What was found of every text that was typed before, by its task's id.

    One that still stands in its input box, and nothing besides, gets one more Enter, ever.
    """
    return {
        task.task_id: found
        for one in owed
        if one.typed
        for found in (_examine(one, glimpses, rules),)
        for task in one.typed
    }


def record(registry: Registry, found: Mapping[str, Found], at: datetime) -> None:
    """Keep what was found, inside the caller's transaction."""
    for task_id, one in found.items():
        until = one.after and clock.stamp(at + timedelta(seconds=one.after))
        if one.submitted:
            outbox.confirm(registry, task_id, clock.stamp(at))
        elif one.doubt:
            outbox.doubt(registry, task_id, one.doubt, until or None)
        elif until:
            outbox.reserve(registry, task_id, until)


def _examine(one: Owed, glimpses: Glimpses, rules: PushRules) -> Found:
    turn = turn_of(one.recipient, one.typed, rules.max_text_len)
    seen = input_box.seen(turn, glimpses)
    placement = one.recipient.placement
    cues = agent_cues.parse(placement.cues if placement else "")
    if not isinstance(turn, Turn) or seen is None or not any(cues):
        return _UNVERIFIED
    left = input_box.left_of(turn.text, look.judge(seen, cues))
    if left in _TELLS:
        return _TELLS[left]
    if any(task.push_reason == PushReason.ENTER_AGAIN for task in one.typed):
        return _NOT_SUBMITTED
    return _press(turn._replace(position=seen.position))


def _press(turn: Turn) -> Found:
    """Enter, unless the screen has moved on since it was looked at."""
    (result,) = writer.type_turns([turn._replace(text="", show=False, announces=())])
    return _PRESSED if result.outcome == PushOutcome.DELIVERED else _LOOK_LATER
