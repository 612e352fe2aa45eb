"""Typed is not submitted: looking once whether a text has left its input box, and one more Enter."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from cafleet_core import clock
from cafleet_core.agents import cues as agent_cues
from cafleet_core.broker import looking
from cafleet_core.broker.outbox import Owed, turn_of
from cafleet_core.config import PushRules
from cafleet_core.panes import glimpse
from cafleet_core.panes.facts import host
from cafleet_core.panes.glimpse import Glimpse
from cafleet_core.push import policy, writer
from cafleet_core.push.script import Turn
from cafleet_core.records import DELIVERED, ENTER_AGAIN, NOT_SUBMITTED, UNVERIFIED
from cafleet_core.storage import lookup, outbox
from cafleet_core.storage.registry import Registry


class _Found(NamedTuple):
    """What a look found: submitted, or the doubt about it, None where nothing new is known.

    `after` seconds it is looked at again, where that could tell more.
    """

    submitted: bool
    doubt: str | None = None
    after: float | None = None


_SUBMITTED = _Found(True)
_LOOK_LATER = _Found(False, after=policy.CONFIRM_AGAIN_SECONDS)
_PRESSED = _Found(False, ENTER_AGAIN, policy.CONFIRM_SECONDS)
_NOT_SUBMITTED = _Found(False, NOT_SUBMITTED)
_UNVERIFIED = _Found(False, UNVERIFIED)

_TELLS = {
    looking.GONE: _SUBMITTED,
    looking.TOUCHED: _NOT_SUBMITTED,
    looking.COVERED: _LOOK_LATER,
    looking.UNSEEN: _UNVERIFIED,
}


def confirm(registry: Registry, rules: PushRules) -> None:
    """Look at every text typed lately on this host that nobody has read yet.

    One that has left its input box is stamped as submitted. One that still stands there,
    and nothing besides, gets one more Enter, ever. Whatever is found is committed.
    """
    now = clock.now()
    with registry.write():
        typed = _reserved(registry, now)
    turns = [turn_of(one, rules.max_text_len) for one in typed]
    glimpses = looking.look(turns)
    found = [
        _examine(one, turn, glimpses.get((turn.socket, turn.pane_id)))
        if isinstance(turn, Turn)
        else _UNVERIFIED
        for one, turn in zip(typed, turns, strict=True)
    ]
    with registry.write():
        for one, result in zip(typed, found, strict=True):
            for task in one.tasks:
                _record(registry, task.task_id, result)


def _reserved(registry: Registry, now: datetime) -> list[Owed]:
    """What is to be looked after, reserved for this process, by recipient."""
    by_recipient = defaultdict(list)
    for task in outbox.unconfirmed(registry, host(), *policy.to_confirm(now)):
        outbox.reserve(registry, task.task_id, policy.claimed_until(now))
        by_recipient[task.context_id].append(task)
    return [
        Owed(lookup.agents(registry, None, agent_id)[0], tuple(tasks))
        for agent_id, tasks in by_recipient.items()
    ]


def _examine(typed: Owed, turn: Turn, seen: Glimpse | None) -> _Found:
    placement = typed.recipient.placement
    cues = agent_cues.parse(placement.cues if placement else "")
    if seen is None or not any(cues):
        return _UNVERIFIED
    left = looking.left_of(turn.text, glimpse.judge(seen, cues))
    if left in _TELLS:
        return _TELLS[left]
    pressed = any(task.push_reason == ENTER_AGAIN for task in typed.tasks)
    if pressed:
        return _NOT_SUBMITTED
    return _press(turn._replace(position=seen.position))


def _press(turn: Turn) -> _Found:
    """Enter, unless the screen has moved on since it was looked at."""
    (result,) = writer.type_turns([turn._replace(text="", show=False, announces=())])
    return _PRESSED if result.outcome == DELIVERED else _LOOK_LATER


def _record(registry: Registry, task_id: str, found: _Found) -> None:
    now = clock.now()
    until = found.after and clock.stamp(now + timedelta(seconds=found.after))
    if found.submitted:
        outbox.confirm(registry, task_id, clock.stamp(now))
    elif found.doubt:
        outbox.doubt(registry, task_id, found.doubt, until or None)
    elif until:
        outbox.reserve(registry, task_id, until)
