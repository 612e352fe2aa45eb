"""What people write for a time in the past, and which moment it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from cafleet_core import time_expressions

NOW = datetime(2026, 11, 20, 11, 30, 15, tzinfo=UTC)
"""A Friday; in Tokyo it is 20:30:15."""

TOKYO = timezone(timedelta(hours=9))


@pytest.fixture(autouse=True)
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("words", "local"),
    [
        ("12:40", "2026-11-20T12:40"),
        ("20:30", "2026-11-20T20:30"),
        ("20:31", "2026-11-19T20:31"),
        ("9:00:07", "2026-11-20T09:00:07"),
        ("today", "2026-11-20T00:00"),
        ("today 9:00", "2026-11-20T09:00"),
        ("Yesterday  9:00", "2026-11-19T09:00"),
        ("yesterday", "2026-11-19T00:00"),
        ("friday", "2026-11-20T00:00"),
        ("sat 8:15", "2026-11-14T08:15"),
        ("2026-11-20 12:40", "2026-11-20T12:40"),
        ("2026-11-20 9:40", "2026-11-20T09:40"),
        ("2026-11-20T12:40:01", "2026-11-20T12:40:01"),
        ("2026-11-20", "2026-11-20T00:00"),
        ("now", "2026-11-20T20:30:15"),
        ("10m", "2026-11-20T20:20:15"),
        ("2h ago", "2026-11-20T18:30:15"),
        ("90 seconds ago", "2026-11-20T20:28:45"),
        ("45 min", "2026-11-20T19:45:15"),
        ("1 day ago", "2026-11-19T20:30:15"),
        ("2w", "2026-11-06T20:30:15"),
    ],
)
def test_words_mean_a_moment_in_local_time(words: str, local: str) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=TOKYO)
    assert time_expressions.parse(words, NOW) == expected


def test_an_offset_is_believed() -> None:
    moment_meant = time_expressions.parse("2026-11-20T12:40:00+00:00", NOW)
    assert moment_meant == datetime(2026, 11, 20, 12, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        *("", "someday", "25:00", "12:60", "12", "1h2m", "-1h", "yesterday noon"),
        *("2026-13-01", "2026-11-20 9", "9" * 9 + "w", "0001-01-01", "１２:４0 ago"),
    ],
)
def test_what_means_nothing_is_refused(words: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        time_expressions.parse(words, NOW)
