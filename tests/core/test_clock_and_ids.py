"""Stamps whose text order is time order, and ids that are random UUIDs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core import clock, ids

MOMENTS = st.datetimes(
    min_value=datetime(1000, 1, 2),
    max_value=datetime(9999, 12, 30),
    timezones=st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    ),
)


@given(MOMENTS, MOMENTS)
def test_the_order_of_stamps_is_the_order_of_time(
    first: datetime, second: datetime
) -> None:
    assert (clock.stamp(first) < clock.stamp(second)) == (first < second)


@given(MOMENTS)
def test_a_stamp_has_a_fixed_width_and_reads_back(moment: datetime) -> None:
    stamp = clock.stamp(moment)
    assert len(stamp) == len("2026-11-20T12:00:00.000000+00:00")
    assert stamp.endswith("+00:00")
    assert clock.parse(stamp) == moment


def test_a_stamp_without_a_moment_is_the_clock_s_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert clock.stamp() == "2026-11-20T12:00:00.000000+00:00"


def test_an_age_is_never_negative() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert clock.age(clock.stamp(noon), noon + timedelta(seconds=90)) == 90
    assert clock.age(clock.stamp(noon + timedelta(hours=1)), noon) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((0, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h")),
        *((86399, "23h"), (86400, "1d"), (3 * 86400 + 5, "3d")),
    ],
)
def test_a_span_is_told_in_its_largest_whole_unit(seconds: float, words: str) -> None:
    assert clock.span(seconds) == words


def test_an_id_is_a_random_uuid_of_version_4() -> None:
    made = {ids.new() for _ in range(1000)}
    assert len(made) == 1000
    for task_id in made:
        parsed = uuid.UUID(task_id)
        assert (str(parsed), parsed.version) == (task_id, 4)
        assert parsed.variant == uuid.RFC_4122
