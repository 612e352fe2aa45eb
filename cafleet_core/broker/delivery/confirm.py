"""Confirm that typed texts were submitted, and press Enter once more on one that was not."""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.agents import cues, present
from cafleet_core.broker.delivery import input_box, policy, turns
from cafleet_core.broker.delivery.confirmation import (
    LOOK_LATER,
    NOT_SUBMITTED,
    PRESSED,
    SUBMITTED,
    UNVERIFIED,
    Confirmation,
)
from cafleet_core.broker.delivery.turns import Owed, turn_of
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import look
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.states import (
    BoxContent,
    PaneState,
    PushOutcome,
    PushReason,
    Transport,
)
from cafleet_core.storage import outbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from cafleet_core.config.rules import PushRules
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Statement

    Readings = Mapping[str, PaneReading]
    """Pane readings by agent id."""

_LOOK_EVERY = 0.05


_EVIDENCE_WITHIN = 6.0
"""Seconds within which an agent that has taken a turn shows activity."""


def examined(
    owed: Iterable[Owed], readings: Readings, rules: PushRules
) -> dict[str, Confirmation]:
    """Confirm every text that was typed before, by task id.

    A text that stands alone in its input box gets one more Enter, once.
    """
    confirmations: dict[str, Confirmation] = {}
    for debt in owed:
        by_keys, by_inbox = _ways(debt)
        if by_keys.typed:
            seen = _examine(by_keys, readings, rules)
            confirmations.update((task.task_id, seen) for task in by_keys.typed)
        if by_inbox.typed:
            from cafleet_core.broker.delivery import handovers  # few agents have any

            reading = readings.get(debt.recipient.agent_id)
            confirmations |= handovers.examined(by_inbox, reading)
    return confirmations


def _ways(debt: Owed) -> tuple[Owed, Owed]:
    """The typed texts of a debt, and those that were handed to the agent's own inbox."""
    by_inbox = [task for task in debt.typed if task.push_transport == Transport.INBOX]
    by_keys = tuple(task for task in debt.typed if task not in by_inbox)
    return debt._replace(typed=by_keys), debt._replace(typed=tuple(by_inbox))


def recorded(
    confirmations: Mapping[str, Confirmation], at: datetime
) -> Iterator[Statement]:
    """The statements that record these confirmations, seen at `at`."""
    alike: dict[Confirmation, list[str]] = {}
    for task_id, seen in confirmations.items():
        alike.setdefault(seen, []).append(task_id)
    for seen, task_ids in alike.items():
        until = seen.after and clock.stamp_after(at, seen.after)
        if seen.submitted:
            yield outbox.confirm(task_ids, clock.stamp(at))
        elif seen.taken_back:
            yield outbox.take_back(task_ids, PushReason.INBOX_SILENT, clock.stamp(at))
        elif seen.doubt:
            yield outbox.doubt(task_ids, seen.doubt, clock.stamp(at), until or None)
        elif until:
            yield outbox.reserve(task_ids, until)
        if seen.refused_by or seen.taken_by:
            yield from _of_inbox(seen)


def _of_inbox(seen: Confirmation) -> Iterator[Statement]:
    """What is recorded of the agent's own inbox, by whether it has taken what it was handed."""
    from cafleet_core.storage import agents  # few agents have any

    if seen.refused_by:
        yield agents.count_inbox_refusal(seen.refused_by)
    if seen.taken_by:
        yield agents.forgive_inbox(seen.taken_by)


def see_submitted(agent: Agent, turn: Turn, before: PaneReading | None) -> Confirmation:
    """Wait until a turn that was just typed leaves its input box.

    If it still stands there, press Enter once more and wait again; each wait lasts at most
    `policy.CONFIRM_SECONDS`. A screen that equals `before` has not shown the text yet.
    """
    began = time.monotonic()
    content, seen, taken = _wait(agent, turn, before, began)
    if content == BoxContent.STANDS and seen is not None:
        _press(turn, seen)
        content, _, _ = _wait(agent, turn, seen, began)
        taken = content == BoxContent.GONE  # the text was seen in the box
    if content in (BoxContent.STANDS, BoxContent.TOUCHED):
        return NOT_SUBMITTED
    return SUBMITTED if taken else UNVERIFIED


def _wait(
    agent: Agent, turn: Turn, before: PaneReading | None, began: float
) -> tuple[BoxContent, PaneReading | None, bool]:
    """The content of the box in the end, the last reading, and whether the turn was taken."""
    deadline = time.monotonic() + policy.CONFIRM_SECONDS
    folds = _folds(agent)
    while True:
        seen = look([agent]).get(agent.agent_id)
        if seen is None:
            return BoxContent.UNSEEN, None, False
        content = input_box.content(turn.text, seen, folds)
        taken = content == BoxContent.GONE and _took_turn(
            turn.text, seen, before, began
        )
        if taken or time.monotonic() > deadline:
            return content, seen, taken
        time.sleep(_LOOK_EVERY)


def _took_turn(
    words: str, seen: PaneReading, before: PaneReading | None, began: float
) -> bool:
    """Whether the agent shows or has reported an activity that it had not `before` the typing."""
    reported = seen.reported is not None and seen.reported < time.monotonic() - began
    works = seen.state == PaneState.BUSY
    worked = before is not None and before.state == PaneState.BUSY
    echoed = input_box.echoes(words, before.screen if before else "")
    more = input_box.echoes(words, seen.screen) > echoed
    return reported or more or (works and not worked)


def _examine(owed: Owed, readings: Readings, rules: PushRules) -> Confirmation:
    turn = turn_of(owed.recipient, owed.typed, rules.max_text_len)
    seen = readings.get(owed.recipient.agent_id)
    if not isinstance(turn, Turn) or seen is None:
        return UNVERIFIED
    now = clock.now()
    since = min(
        clock.age(task.notified_at or task.created_at, now) for task in owed.typed
    )
    pressed = any(task.push_reason == PushReason.ENTER_AGAIN for task in owed.typed)
    match input_box.content(turn.text, seen, _folds(owed.recipient)):
        case BoxContent.STANDS if not pressed:
            return PRESSED if _press(turn, seen) else LOOK_LATER
        case BoxContent.STANDS | BoxContent.TOUCHED:
            return NOT_SUBMITTED
        case BoxContent.COVERED:
            return UNVERIFIED if since > policy.COVERED_FOR else LOOK_LATER
        case BoxContent.GONE:
            # a text that was seen in the box, and is gone now
            if pressed or _has_taken(owed, turn.text, seen, rules, since):
                return SUBMITTED
            return UNVERIFIED if since > _EVIDENCE_WITHIN else LOOK_LATER
    return UNVERIFIED


def _has_taken(
    owed: Owed, words: str, seen: PaneReading, rules: PushRules, since: float
) -> bool:
    """Whether the agent shows or has reported that it took a turn typed `since` seconds ago."""
    if seen.reported is not None and seen.reported < since:
        return True
    if input_box.echoes(words, seen.screen):
        return True
    waited = max(
        clock.age(task.created_at, clock.parse(task.notified_at or task.created_at))
        for task in owed.typed
    )
    was_at_rest = not 0 < rules.hold_timeout <= waited
    return seen.state == PaneState.BUSY and was_at_rest


def _folds(agent: Agent) -> tuple[str, ...]:
    if agent.placement is None:
        return ()
    return cues.parse(present.cues(agent.placement, present.changed_at())).folded


def _press(turn: Turn, seen: PaneReading) -> bool:
    """Press Enter unless the screen has changed since the reading; whether it was pressed."""
    bound = turns.bound(turn, seen)
    (result,) = writer.type_turns(
        [bound._replace(text="", keys="", show=False, announces=())]
    )
    return result.outcome == PushOutcome.DELIVERED
