"""How times read."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from cafleet_tui.render.age import age, clock_time, day

LATE = "2026-11-20T23:30:00.000000+00:00"


@pytest.fixture
def two_hours_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "XST-2")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "now"),
        (1.9, "now"),
        (3.7, "3s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (7200, "2h"),
        (86_399, "23h"),
        (3 * 86_400, "3d"),
    ],
)
def test_an_age_has_one_unit(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_a_time_is_told_by_hour_and_by_day() -> None:
    assert (clock_time(LATE), day(LATE)) == ("23:30", "Fri 20 Nov 2026")


@pytest.mark.usefixtures("two_hours_east")
def test_times_are_local() -> None:
    later = LATE.replace(
        ":00.", ":01."
    )  # words are kept for a stamp that was asked for
    assert (clock_time(later), day(later)) == ("01:30", "Sat 21 Nov 2026")


def test_what_is_not_a_time_is_not_shown_as_one() -> None:
    assert (clock_time("soon"), day("soon")) == ("--:--", "")
