"""When a push is held, and when one that was not made is tried again: pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from cafleet_core import clock
from cafleet_core.config.rules import PushRules
from cafleet_core.records import UNREACHABLE, PushResult
from cafleet_core.states import PaneState, PushOutcome, PushReason

CLAIM_SECONDS = 15.0
"""How long a try may take, before others may take it for dead."""

CONFIRM_SECONDS = 0.3
"""How long a submitted text may take to leave the input box."""

CONFIRM_AGAIN_SECONDS = 2.0
"""When a screen that does not tell is looked at again."""

EXPIRED = PushResult(PushOutcome.NONE, PushReason.EXPIRED)
_EXPIRES_SECONDS = 86400.0

_CONFIRM_FOR = 600.0

_HOLDS = {
    PaneState.WAITING: PushReason.QUESTION,
    PaneState.DRAFT: PushReason.DRAFT,
    PaneState.BUSY: PushReason.BUSY,
}
_FINAL = frozenset((PushReason.SELF, PushReason.NO_PLACEMENT, PushReason.EXPIRED))
_UNASKED = (PushReason.NO_ANSWER, PushReason.NO_ACCESS, PushReason.TMUX_MISSING)
_LONGEST_HELD = 20.0
_LONGEST_UNANSWERED = 4.0
_LONGEST_FAILED = 300.0


def hold(state: PaneState, age: float, rules: PushRules) -> PushReason | None:
    """Why a pane in this state gets nothing typed now; None where it does.

    `age` is how many seconds the oldest owed message is old. An agent that is merely busy
    is not waited for longer than the rules say.
    """
    reason = _HOLDS.get(state)
    if reason == PushReason.BUSY and 0 < rules.hold_timeout <= age:
        return None
    return reason


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
    return clock.stamp(at + timedelta(seconds=wait))


def claimed_until(at: datetime) -> str:
    """The stamp until which a process that begins at `at` keeps others away."""
    return clock.stamp(at + timedelta(seconds=CLAIM_SECONDS))


def horizons(at: datetime) -> tuple[str, str, str]:
    """The stamps of `at`, of the last end of a claim and of the last next try made by then.

    What is beyond them was stamped by a clock that has been set back since.
    """
    claim = at + timedelta(seconds=CLAIM_SECONDS)
    next_try_at = at + timedelta(seconds=_LONGEST_FAILED)
    return clock.stamp(at), clock.stamp(claim), clock.stamp(next_try_at)


def to_confirm(at: datetime) -> tuple[str, str, str]:
    """Of when a typed text is looked after at `at`: after one stamp and up to another, and `at`."""
    since = at - timedelta(seconds=_CONFIRM_FOR)
    before = at - timedelta(seconds=CONFIRM_SECONDS)
    return clock.stamp(since), clock.stamp(before), clock.stamp(at)
