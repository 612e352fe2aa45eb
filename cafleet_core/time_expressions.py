"""Points in time as people write them: `12:40`, `yesterday 9:00`, `2h ago`, ISO 8601; to come: `+10m`."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

_SPAN = re.compile(
    r"(\d{1,9}) ?(?:(s|sec|seconds?)|(m|min|minutes?)|(h|hours?)|(d|days?)|(w|weeks?))"
    r"(?: ago)?"
)
_UNITS = ("seconds", "minutes", "hours", "days", "weeks")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_DAY = timedelta(days=1)


def parse(words: str, now: datetime) -> datetime:
    """The moment that `words` mean at `now`, aware.

    A time of day, a weekday or a span means the last one before `now`; without an offset it
    is local time. Raises ValueError for anything else.
    """
    text = " ".join(words.casefold().split())
    if span := _SPAN.fullmatch(text):
        return _back(now, **{_UNITS[(span.lastindex or 2) - 2]: int(span[1])})
    here = now.astimezone()
    day, _, rest = text.partition(" ")
    if text == "now":
        return now
    if _CLOCK.fullmatch(text):
        moment = _at(here, text)
        return moment if moment <= here else _at(here - _DAY, text)
    if day in ("today", "yesterday"):
        return _at(here - _DAY * (day == "yesterday"), rest)
    for number, name in enumerate(_DAYS):
        if day in (name, name[:3]):
            return _at(here - _DAY * ((here.weekday() - number) % 7), rest)
    return _iso(words.strip())


def coming(words: str, now: datetime) -> datetime:
    """The moment after `now` that `words` mean, aware.

    `+10m` is a span from `now`, `17:00` the next such time; without an offset a time is
    local. Raises ValueError for anything else, and for what is past.
    """
    text = words.strip()
    if span := _SPAN.fullmatch(text.removeprefix("+").casefold()):
        unit = _UNITS[(span.lastindex or 2) - 2]
        if text.endswith("ago"):
            raise ValueError("it is past")
        return _ahead(now, **{unit: int(span[1])})
    here = now.astimezone()
    if _CLOCK.fullmatch(text):
        moment = _at(here, text)
        return moment if moment > here else _at(here + _DAY, text)
    try:
        moment = _iso(text)
    except ValueError:
        raise ValueError(
            "it is neither a time such as 17:00 or 2026-03-01T09:00Z nor a span such as +10m"
        ) from None
    if moment <= here:
        raise ValueError("it is past")
    return moment


def _iso(text: str) -> datetime:
    date, _, rest = text.partition(" ")
    if rest and _CLOCK.fullmatch(rest):
        return _at(datetime.fromisoformat(date), rest)
    return _aware(datetime.fromisoformat(text))


def _back(now: datetime, **span: int) -> datetime:
    try:
        return now - timedelta(**span)
    except OverflowError:
        raise ValueError("before any calendar") from None


def _ahead(now: datetime, **span: int) -> datetime:
    try:
        return now + timedelta(**span)
    except OverflowError:
        raise ValueError("it is behind any calendar") from None


def _at(day: datetime, text: str) -> datetime:
    """A time of day on the day of `day`; midnight for an empty text."""
    if not text:
        return _aware(datetime.combine(day, time()))
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in match.groups())
    return _aware(datetime.combine(day, time(hour, minute, second)))


def _aware(moment: datetime) -> datetime:
    """The moment, in local time if it has no offset."""
    try:
        return moment.astimezone()
    except OverflowError:
        raise ValueError("before any calendar") from None
