"""When a push is held, and when it is tried again: pure rules."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import UNREACHABLE, PushResult
from cafleet_core.states import BoxSight, PaneState, PushOutcome, PushReason
from cafleet_core.storage.unsettled_pushes import Horizons

if TYPE_CHECKING:
    from datetime import datetime

    from cafleet_core.config.rules import PushRules
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Task

CLAIM_SECONDS = 15.0
"""Seconds after which a try that has not ended counts as dead."""

TYPING_SECONDS = 2.0
"""Seconds for which a process that has made a claim counts as typing; it takes a tenth of it."""

CONFIRM_SECONDS = 0.3
"""Seconds that a submitted text may need to leave the input box."""

CONFIRM_AGAIN_SECONDS = 2.0
"""Seconds until the next look at a screen that does not show the box."""

EXPIRED = PushResult(PushOutcome.NONE, PushReason.EXPIRED)
_EXPIRES_SECONDS = 86400.0

_CONFIRM_FOR = 600.0

COVERED_FOR = _CONFIRM_FOR - 30.0
"""Seconds that something may cover the box before the text counts as unverified."""

_HOLDS = {
    PaneState.WAITING: PushReason.QUESTION,
    PaneState.DRAFT: PushReason.DRAFT,
    PaneState.STARTING: PushReason.STARTING,
    PaneState.LIMIT: PushReason.LIMIT,
    PaneState.FAILED: PushReason.FAILED,
    PaneState.SUSPENDED: PushReason.SUSPENDED,
}
_WRITER_DECIDES = frozenset((PaneState.SHELL, PaneState.DEAD))
"""States in which the writer's own check decides: it knows best why it does not type."""

_PARKED = {PaneState.LIMIT: 300.0, PaneState.FAILED: 60.0}
"""Seconds until the next try with an agent whose service refuses it for an unknown time;
they double after each further refusal."""

_LONGEST_PARKED = 3600.0

URGENT_HOLD_SECONDS = 5
"""Seconds after which an urgent message is typed to a busy agent all the same."""

_FINAL = frozenset((PushReason.SELF, PushReason.NO_PLACEMENT, PushReason.EXPIRED))
_UNASKED = (PushReason.NO_ANSWER, PushReason.NO_ACCESS, PushReason.TMUX_MISSING)
_NONE = frozenset((*_UNASKED, PushReason.NOT_THE_AGENT))
"""Reasons of a push without a pane to type into, as opposed to one that is held."""

_LONGEST_HELD = 20.0
_LONGEST_URGENT = 1.0
_LONGEST_UNANSWERED = 4.0
_LONGEST_FAILED = 300.0

_MOST_DOUBLINGS = 10
"""Of a wait; with that many, each is at its longest."""


def hold(reading: PaneReading, age: float, rules: PushRules) -> PushReason | None:
    """The reason to hold a push to a pane with this reading; None if it may be typed.

    `age` is the oldest owed message's, in seconds. A busy agent is waited for only as long
    as the rules say, unless it holds a draft. Whatever an agent reports, one whose input
    box can be seen is typed to while the box is in front; an agent without any cue for
    rest, by its foreground process alone.
    """
    reason = reading.refusal or _HOLDS.get(reading.state)
    if reason and not _may_be_over(reading):
        return reason
    if reading.state in _WRITER_DECIDES:
        return None
    if reading.executes:
        return PushReason.EXEC
    if reading.box == BoxSight.COVERED:
        return PushReason.COVERED
    if reading.state == PaneState.UNKNOWN and reading.rest_cued:
        return PushReason.UNKNOWN
    if reading.state == PaneState.BUSY and not 0 < rules.hold_timeout <= age:
        return PushReason.BUSY
    return PushReason.DRAFT if reading.draft else None


def rules_for(task: Task, rules: PushRules) -> PushRules:
    """The rules of a turn that begins with a task: what is urgent waits for nobody busy."""
    timeout = rules.hold_timeout or URGENT_HOLD_SECONDS
    urgent = min(timeout, URGENT_HOLD_SECONDS)
    return rules._replace(hold_timeout=urgent) if task.urgent else rules


def _may_be_over(reading: PaneReading) -> bool:
    """Whether to try an agent again whose service refused it without an end time."""
    if reading.state not in _PARKED or reading.until:
        return False
    refused_for = reading.lasted if reading.age is None else reading.age
    doublings = min(max(reading.refusals - 1, 0), _MOST_DOUBLINGS)
    parked = min(_LONGEST_PARKED, _PARKED[reading.state] * (1 << doublings))
    return refused_for is not None and refused_for >= parked


def held(reason: PushReason) -> PushResult:
    """The result of a push that `hold` gave a reason against."""
    outcome = PushOutcome.NONE if reason in _NONE else PushOutcome.HELD
    return PushResult(outcome, reason)


def settled(result: PushResult, age: float) -> PushResult:
    """The final result of a try for a message of `age` seconds.

    After a day, a push that could reach nobody has expired; a held one never does, nor one
    for which tmux could not be asked.
    """
    unreached = result.outcome == PushOutcome.NONE and result.reason not in _UNASKED
    return EXPIRED if unreached and age >= _EXPIRES_SECONDS else result


def next_try(
    result: PushResult, attempts: int, at: datetime, urgent: bool = False
) -> str | None:
    """The stamp of the next try after `attempts`; None if none is owed."""
    if result.notified or result.reason in _FINAL:
        return None
    if result.outcome == PushOutcome.HELD:
        longest = _LONGEST_URGENT if urgent else _LONGEST_HELD
        wait = min(longest, 0.5 * 2 ** min(attempts, _MOST_DOUBLINGS))
    elif result.reason == PushReason.NO_ANSWER:
        wait = min(_LONGEST_UNANSWERED, 0.5 * 2 ** min(attempts, _MOST_DOUBLINGS))
    elif result.reason in UNREACHABLE:
        wait = _LONGEST_FAILED
    else:
        wait = min(_LONGEST_FAILED, 2.0 * 2 ** min(attempts, _MOST_DOUBLINGS))
    return clock.stamp_after(at, wait)


def horizons(at: datetime) -> Horizons:
    """What counts at `at`: claims, retries, and what was typed and is to be confirmed."""
    return Horizons(
        now=clock.stamp(at),
        until=clock.stamp_after(at, CLAIM_SECONDS),
        latest=clock.stamp_after(at, 2 * CLAIM_SECONDS),
        later=clock.stamp_after(at, _LONGEST_FAILED),
        since=clock.stamp_after(at, -_CONFIRM_FOR),
        before=clock.stamp_after(at, -CONFIRM_SECONDS),
        recent=clock.stamp_after(at, CLAIM_SECONDS - TYPING_SECONDS),
    )


def lookback(at: datetime) -> str:
    """The stamp after which a text was typed that is still to be confirmed at `at`."""
    return clock.stamp_after(at, -_CONFIRM_FOR)
