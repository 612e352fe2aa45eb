"""When a message is to be sent, read from what its sender has written."""

from __future__ import annotations

from cafleet_core import clock, text, time_expressions
from cafleet_core.broker.delivery import cron
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Timing

if TYPE_CHECKING:
    from datetime import datetime

_LONGEST_SHOWN = 60


def read(
    at: str | None, every: str | None, expires: str | None, urgent: bool
) -> Timing:
    """The timing that these texts mean; raises InvalidInput naming the option.

    A span in `expires` begins when the message is sent.
    """
    if at is not None and every is not None:
        raise InvalidInput("give --at or --every, not both.")
    now = clock.now()
    begins = now
    if at is not None:
        begins = coming("--at", at, now)
    elif every is not None:
        begins = cron.next_time(every, now)
    waits = at is not None or every is not None
    ends = None if expires is None else coming("--expires", expires, begins)
    return Timing(
        not_before=clock.stamp(begins) if waits else None,
        every=None if every is None else " ".join(every.split()),
        expires_at=None if ends is None else clock.stamp(ends),
        urgent=urgent,
    )


def coming(option: str, words: str, after: datetime) -> datetime:
    """The moment after another that an option's words mean; raises InvalidInput naming it."""
    try:
        moment = time_expressions.coming(words, after)
        clock.stamp(moment)  # which has no room for the last hours of the calendar
    except (ValueError, OverflowError) as error:
        why = error if isinstance(error, ValueError) else "it is behind any calendar"
        raise InvalidInput(
            f"{option} {text.cut(repr(words), _LONGEST_SHOWN)}: {why}."
        ) from None
    return moment
