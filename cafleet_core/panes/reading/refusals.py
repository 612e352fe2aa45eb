"""Turns that an agent's service refused, as the agent's own log tells of the last ones."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Sequence


class Refusal(NamedTuple):
    """A turn that ended so: LIMIT or FAILED, in whose words, when, and until when it was told.

    `stamp` is an ISO 8601 time, `until` seconds since 1970, 0 where nothing tells.
    """

    state: PaneState
    words: str
    stamp: str
    until: float = 0.0


def report(source: str, refusals: Sequence[Refusal]) -> SelfReport | None:
    """What follows from the last turns, newest first, all of them refused; None of none.

    A limit whose time is over leaves the agent at rest.
    """
    if not refusals:
        return None
    last, now, count = refusals[0], clock.now(), len(refusals)
    try:
        age = clock.age(last.stamp, now)
    except (ValueError, TypeError):
        return None  # it is no time
    until = clock.from_epoch(last.until) if last.until else None
    if until is not None and until <= clock.stamp(now):
        over = f"its limit ended at {clock.local_end(until, now)}"
        return SelfReport(source, PaneState.IDLE, over, age, refusals=count)
    return SelfReport(source, last.state, last.words, age, until, count)
