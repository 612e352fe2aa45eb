"""The only reader of the wall clock, and the one form in which times are stored.

Where the registry is on a server, its clock is everybody's: machines differ.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import UTC, datetime, timedelta
else:
    try:  # the C engine of `datetime` alone: the Python module takes twice as long to load
        from _datetime import datetime, timedelta, timezone

        UTC = timezone.utc
    except ImportError:
        from datetime import UTC, datetime, timedelta

_DATE, _SECONDS = len("2026-11-28T"), len("2026-11-28T01:17:20")
_DAY = timedelta(days=1)
_NONE = timedelta(0)
_ahead = _NONE
_replayed: Callable[[], datetime] | None = None


def now() -> datetime:
    """The present moment, aware, in UTC; while a past is replayed, the moment of that."""
    return _replayed() if _replayed else live()


def live() -> datetime:
    """The present moment, whatever is replayed; by the clock of the registry's server, if any."""
    return here() + _ahead if _ahead else here()


def replay(moment: Callable[[], datetime] | None) -> None:
    """Have `now` tell what `moment` does, in a process that only shows a past; None ends it."""
    global _replayed  # one process has one time
    _replayed = moment


def here() -> datetime:
    """The time of this machine's own clock, by which its files are stamped; aware, in UTC."""
    return datetime.now(UTC)


def follow(server: datetime, before: datetime, after: datetime) -> None:
    """Go by a server's clock from now on, which showed `server` between two moments of ours.

    A difference that the way to the server and back explains is none.
    """
    global _ahead  # one process has one time
    difference = server - before - (after - before) / 2
    _ahead = _NONE if abs(difference) <= after - before else difference


def ahead() -> float:
    """Seconds by which the registry's server is ahead of this machine's clock; 0 for a file."""
    return _ahead.total_seconds()


def epoch(then: str) -> float:
    """The seconds since 1970 that this machine's clock showed at the stamp `then`."""
    return (parse(then) - _ahead).timestamp()


def stamp(moment: datetime | None = None) -> str:
    """ISO 8601 in UTC with microseconds and `+00:00`: fixed width, so text order is time order."""
    return (moment or now()).astimezone(UTC).isoformat(timespec="microseconds")


def stamp_after(moment: datetime, seconds: float) -> str:
    """The stamp of the moment so many seconds later, or earlier if negative."""
    later = moment + timedelta(seconds=seconds)
    return later.astimezone(UTC).isoformat(timespec="microseconds")


def plus(moment: datetime, seconds: float) -> datetime:
    """The moment so many seconds later, or earlier if negative."""
    return moment + timedelta(seconds=seconds)


def parse(text: str) -> datetime:
    """Read what `stamp` wrote.

    Raises ValueError for anything that is not an ISO 8601 time.
    """
    return datetime.fromisoformat(text)


def seconds(then: str) -> str:
    """The stamp `then` to the second, as people and agents read it; in UTC, as `Z` says."""
    return f"{then[:_SECONDS]}Z"


def time_of_day(then: str) -> str:
    """The same without its date, where it is about now."""
    return seconds(then)[_DATE:]


def age(then: str, at: datetime) -> float:
    """Seconds from the stamp `then` to `at`, never negative."""
    return max(0.0, (at - parse(then)).total_seconds())


def local_time(then: str) -> str:
    """The stamp `then` as HH:MM:SS in the time zone of this machine."""
    return parse(then).astimezone().strftime("%H:%M:%S")


def local_moment(then: str, at: datetime) -> str:
    """`local_time` of a stamp, or its date if it is a day or more before `at`."""
    if at - parse(then) < _DAY:
        return local_time(then)
    return parse(then).astimezone().strftime("%Y-%m-%d")


def from_epoch(seconds: float) -> str | None:
    """The stamp of an epoch time of this machine's clock; None if the number is not one."""
    try:
        return stamp(datetime.fromtimestamp(seconds, UTC) + _ahead)
    except (ValueError, OverflowError, OSError):
        return None


def local_end(then: str, at: datetime) -> str:
    """A coming stamp as HH:MM in the time zone of this machine.

    With its date if `at` is more than a day before it.
    """
    moment = parse(then).astimezone()
    form = "%H:%M" if moment - at < _DAY else "%Y-%m-%d %H:%M"
    return moment.strftime(form)


def span(seconds: float) -> str:
    """A length of time in its largest whole unit: `41s`, `6m`, `2h`, `3d`."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"
