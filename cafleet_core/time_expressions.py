"""Points in the past as people write them: `12:40`, `yesterday 9:00`, `2h ago`, ISO 8601."""

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
