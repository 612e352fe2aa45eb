"""The only reader of the wall clock, and the one form in which times are stored."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import UTC, datetime, timedelta
else:
    try:  # the C engine of `datetime` alone: the Python module takes twice as long to load
        from _datetime import datetime, timedelta, timezone

        UTC = timezone.utc
    except ImportError:
        from datetime import UTC, datetime, timedelta

_DAY = timedelta(days=1)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """ISO 8601 in UTC with microseconds and `+00:00`: fixed width, so text order is time order."""
    return (moment or now()).astimezone(UTC).isoformat(timespec="microseconds")


def plus(moment: datetime, seconds: float) -> datetime:
    """The moment so many seconds later, or earlier if negative."""
    return moment + timedelta(seconds=seconds)


def parse(text: str) -> datetime:
    """Read what `stamp` wrote.

    Raises ValueError for anything that is not an ISO 8601 time.
    """
    return datetime.fromisoformat(text)


def age(then: str, at: datetime) -> float:
    """Seconds from the stamp `then` to `at`, never negative."""
    return max(0.0, (at - parse(then)).total_seconds())


def local_time(then: str) -> str:
    """The stamp `then` as HH:MM:SS in the time zone of this machine."""
    return parse(then).astimezone().strftime("%H:%M:%S")


def from_epoch(seconds: float) -> str | None:
    """The stamp of an epoch time; None if the number is not one."""
    try:
        return stamp(datetime.fromtimestamp(seconds, UTC))
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
