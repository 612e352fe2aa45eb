"""When a message is to be sent, as people write it: a time, a series, an end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cafleet_core import clock
from cafleet_core.broker.delivery import cron
from cafleet_core.broker.messages import timing
from cafleet_core.errors import InvalidInput

NOW = datetime(2026, 11, 27, 10, 30, tzinfo=UTC)


@pytest.fixture
def live_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves this process to another time zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("+10m", NOW + timedelta(minutes=10)),
        ("2h", NOW + timedelta(hours=2)),
        ("10:45", NOW + timedelta(minutes=15)),
        ("10:15", NOW + timedelta(days=1, minutes=-15)),
        ("2026-11-28T09:00Z", datetime(2026, 11, 28, 9, 0, tzinfo=UTC)),
        ("2026-11-28T09:00+02:00", datetime(2026, 11, 28, 7, 0, tzinfo=UTC)),
        ("2026-11-28 09:00", datetime(2026, 11, 28, 9, 0, tzinfo=UTC)),
    ],
)
def test_times_as_people_write_them(
    monkeypatch: pytest.MonkeyPatch, words: str, meant: datetime
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert timing.read(words, None, None, False).not_before == clock.stamp(meant)


@pytest.mark.parametrize(
    "words",
    [
        *("", "soon", "10m ago", "-10m", "25:00", "2026-11-27T10:30Z", "2020-01-01"),
        *("9999-12-31T23:59-12:00", "+999999999w", "x\ny", "\x00", "yesterday 9:00"),
    ],
)
def test_times_that_are_none_or_past_are_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with pytest.raises(InvalidInput) as refused:
        timing.read(words, None, None, False)
    assert len(refused.value.message.splitlines()) == 1
    with pytest.raises(InvalidInput, match="--expires"):
        timing.read(None, None, words, False)


@pytest.mark.parametrize(
    "fields",
    [
        *("", "hourly", "* * * *", "* * * * * *", "60 * * * *", "0 0 30 2 *"),
        *("*/0 * * * *", "9" * 5000 + " * * * *", "@daily", "0 0 * * 8"),
    ],
)
def test_what_is_no_cron_expression_is_refused_in_one_line(fields: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        timing.read(None, fields, None, False)
    assert len(refused.value.message.splitlines()) == 1
    assert len(refused.value.message) < 300


def test_a_time_and_a_series_do_not_go_together() -> None:
    with pytest.raises(InvalidInput, match="not both"):
        timing.read("+1h", "0 9 * * *", None, False)


def test_a_series_keeps_to_local_time_where_the_clock_is_changed(
    live_in: Callable[[str], None],
) -> None:
    live_in("Europe/Berlin")
    saturday = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)  # summer time, 9:00
    assert cron.next_time("0 9 * * *", saturday) == datetime(
        2026, 10, 25, 8, 0, tzinfo=UTC
    )
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 2:30 for the second time
    assert cron.next_time("35 2 * * *", second) == datetime(
        2026, 10, 26, 1, 35, tzinfo=UTC
    )
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 2:30 does not come
    assert cron.next_time("30 2 * * *", before) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
