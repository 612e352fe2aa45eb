"""When a push is held, and when one that was not made is tried again: pure rules."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import UNREACHABLE, PushResult
from cafleet_core.states import BoxSight, PaneState, PushOutcome, PushReason
from cafleet_core.storage.outbox import Horizons

if TYPE_CHECKING:
    from datetime import datetime

    from cafleet_core.config.rules import PushRules
    from cafleet_core.views import PaneReading

CLAIM_SECONDS = 15.0
"""How long a try may take, before others may take it for dead."""

CONFIRM_SECONDS = 0.3
"""How long a submitted text may take to leave the input box."""

CONFIRM_AGAIN_SECONDS = 2.0
"""When a screen that does not tell is looked at again."""

EXPIRED = PushResult(PushOutcome.NONE, PushReason.EXPIRED)
_EXPIRES_SECONDS = 86400.0

_CONFIRM_FOR = 600.0

COVERED_FOR = _CONFIRM_FOR - 30.0
"""How long something may be in front of the box, before nobody will know of the text."""

_HOLDS = {
    PaneState.WAITING: PushReason.QUESTION,
    PaneState.DRAFT: PushReason.DRAFT,
    PaneState.STARTING: PushReason.STARTING,
    PaneState.LIMIT: PushReason.LIMIT,
    PaneState.FAILED: PushReason.FAILED,
    PaneState.SUSPENDED: PushReason.SUSPENDED,
}
_WRITER_DECIDES = frozenset((PaneState.SHELL, PaneState.DEAD))
"""The call that types proves the pane, and says best why it does not."""

_PARKED = {PaneState.LIMIT: 300.0, PaneState.FAILED: 60.0}
"""Seconds after which an agent is tried again that its service refuses, nothing telling until
when; twice as many after each further refusal."""

_LONGEST_PARKED = 3600.0

_FINAL = frozenset((PushReason.SELF, PushReason.NO_PLACEMENT, PushReason.EXPIRED))
_UNASKED = (PushReason.NO_ANSWER, PushReason.NO_ACCESS, PushReason.TMUX_MISSING)
_NONE = frozenset((*_UNASKED, PushReason.NOT_THE_AGENT))
"""Reasons of a push that nothing holds: there is no pane to make it in, as far as is known."""

_LONGEST_HELD = 20.0
_LONGEST_UNANSWERED = 4.0
_LONGEST_FAILED = 300.0


def hold(reading: PaneReading, age: float, rules: PushRules) -> PushReason | None:
    """Why nothing is typed into a pane that was read so; None where it may be.

    `age` is how many seconds the oldest owed message is old. An agent that is merely busy
    is not waited for longer than the rules say, unless somebody is typing there. Whatever
    an agent reports, one that has an input box to be seen is typed to while that is in
    front; one that nothing can show at rest, by its foreground process alone.
    """
    reason = reading.refusal or _HOLDS.get(reading.state)
    if reason and not _may_be_over(reading):
        return reason
    if reading.state in _WRITER_DECIDES:
        return None
    if reading.box == BoxSight.COVERED:
        return PushReason.COVERED
    if reading.state == PaneState.UNKNOWN and reading.rest_cued:
        return PushReason.UNKNOWN
    if reading.state == PaneState.BUSY and not 0 < rules.hold_timeout <= age:
        return PushReason.BUSY
    return PushReason.DRAFT if reading.draft else None


def _may_be_over(reading: PaneReading) -> bool:
    """Whether a service that refuses an agent without saying how long is tried again."""
    if reading.state not in _PARKED or reading.until:
        return False
    refused_for = reading.lasted if reading.age is None else reading.age
    doublings = min(max(reading.refusals - 1, 0), 10)
    parked = min(_LONGEST_PARKED, _PARKED[reading.state] * (1 << doublings))
    return (refused_for or 0.0) >= parked


def held(reason: PushReason) -> PushResult:
    """The result of a push that `hold` stands against."""
    outcome = PushOutcome.NONE if reason in _NONE else PushOutcome.HELD
    return PushResult(outcome, reason)


def settled(result: PushResult, age: float) -> PushResult:
    """What a try counts as for a message that is `age` seconds old.

    One that could reach nobody for a day has expired; one that is held never does, nor
    one of which tmux could not be asked.
    """
    unreached = result.outcome == PushOutcome.NONE and result.reason not in _UNASKED
    return EXPIRED if unreached and age >= _EXPIRES_SECONDS else result


def next_try(result: PushResult, attempts: int, at: datetime) -> str | None:
    """The stamp of the next try after `attempts` of them; None where none is owed."""
    if result.notified or result.reason in _FINAL:
        return None
    if result.outcome == PushOutcome.HELD:
        wait = min(_LONGEST_HELD, 0.5 * 2 ** min(attempts, 10))
    elif result.reason == PushReason.NO_ANSWER:
        wait = min(_LONGEST_UNANSWERED, 0.5 * 2 ** min(attempts, 10))
    elif result.reason in UNREACHABLE:
        wait = _LONGEST_FAILED
    else:
        wait = min(_LONGEST_FAILED, 2.0 * 2 ** min(attempts, 10))
    return clock.stamp(clock.plus(at, wait))


def horizons(at: datetime) -> Horizons:
    """What counts at `at`: claims, retries, and what was typed and is to be confirmed."""
    return Horizons(
        now=clock.stamp(at),
        until=clock.stamp(clock.plus(at, CLAIM_SECONDS)),
        later=clock.stamp(clock.plus(at, _LONGEST_FAILED)),
        since=clock.stamp(clock.plus(at, -_CONFIRM_FOR)),
        before=clock.stamp(clock.plus(at, -CONFIRM_SECONDS)),
    )
