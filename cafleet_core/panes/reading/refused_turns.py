"""Turns that an agent's service refused, by the agent's own log."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Sequence


class RefusedTurn(NamedTuple):
    """A refused turn: LIMIT or FAILED, the service's words, when, and until when.

    `stamp` is an ISO 8601 time, `until` is in epoch seconds, 0 if not known.
    """

    state: PaneState
    words: str
    stamp: str
    until: float = 0.0


def report(source: str, refusals: Sequence[RefusedTurn]) -> SelfReport | None:
    """The self-report that follows from the last refused turns, newest first; None without any.

    A limit whose time is over leaves the agent at rest.
    """
    if not refusals:
        return None
    last, now, count = refusals[0], clock.now(), len(refusals)
    try:
        age = clock.age(last.stamp, clock.here())
    except (ValueError, TypeError):
        return None  # not a time
    until = clock.from_epoch(last.until) if last.until else None
    if until is not None and until <= clock.stamp(now):
        over = f"its limit ended at {clock.local_end(until, now)}"
        return SelfReport(source, PaneState.IDLE, over, age, refusals=count)
    return SelfReport(source, last.state, last.words, age, until, count)
