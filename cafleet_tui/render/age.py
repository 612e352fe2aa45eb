"""Format times for people: age, time of day, day."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.memo import recently

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def age(seconds: float) -> str:
    """`seconds` in one unit, rounded down: now, 3s, 41s, 6m, 2h, 3d.

    Coarse, so that a column of ages is rarely repainted.
    """
    if seconds < 2:
        return "now"
    if seconds < MINUTE:
        return f"{int(seconds)}s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)}m"
    if seconds < DAY:
        return f"{int(seconds // HOUR)}h"
    return f"{int(seconds // DAY)}d"


@recently
def clock_time(stamp: str) -> str:
    """The local hour and minute of `stamp`; `--:--` if it is not a time."""
    return _local(stamp, "%H:%M") or "--:--"


@recently
def day(stamp: str) -> str:
    """The local day of `stamp`, as in `Fri 20 Nov 2026`; empty if it is not a time."""
    return _local(stamp, "%a %-d %b %Y")


def _local(stamp: str, form: str) -> str:
    try:
        return clock.parse(stamp).astimezone().strftime(form)
    except (ValueError, OverflowError):
        return ""
