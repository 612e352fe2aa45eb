"""Machines whose clocks differ: the server's time is everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from cafleet_core import clock
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.diagnosis import checks
from cafleet_core.storage import postgres_clock
from tests.postgres import Server
from tests.team import a_team

MINUTE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def own_time() -> Iterator[None]:
    """Leave no difference behind."""
    yield
    now = datetime.now(UTC)
    clock.follow(now, now, now)


@pytest.fixture
def url(server: Server) -> str:
    return server.new_schema()


@pytest.fixture(params=[MINUTE, -MINUTE], ids=["ahead", "behind"])
def shift(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """How far this machine's clock is ahead of the server's."""
    shift: timedelta = request.param
    monkeypatch.setattr(clock, "here", lambda: datetime.now(UTC) + shift)
    return shift


def seconds_off(stamp: str | None) -> float:
    assert stamp is not None
    return abs((clock.parse(stamp) - datetime.now(UTC)).total_seconds())


def test_what_is_stamped_bears_the_servers_time(shift: timedelta, url: str) -> None:
    with closing(open_registry(url)) as registry:
        team = a_team(registry, "alice")
        send.send(registry, team.director, [team.others["alice"]], "to do")
        [task] = inbox.poll(registry, team.others["alice"])
        assert seconds_off(task.created_at) < 20
        assert seconds_off(task.read_at) < 20
        assert seconds_off(team.session.created_at) < 20


def test_what_files_and_programs_here_tell_is_read_by_the_clock_here(
    shift: timedelta, url: str
) -> None:
    with closing(open_registry(url)):
        check = clock.here().timestamp()
        stamp = clock.from_epoch(check)
        assert seconds_off(stamp) < 20
        assert abs(clock.epoch(stamp or "") - check) < 0.01


def test_a_clock_that_drifts_is_noticed_in_time(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_registry(url)) as registry:
        drift = timedelta(seconds=0.4)
        monkeypatch.setattr(clock, "here", lambda: datetime.now(UTC) + drift)
        registry.row("SELECT 1")
        assert clock.ahead() == 0.0
        monkeypatch.setattr(postgres_clock, "_CLOCK_SECONDS", 0.0)
        registry.row("SELECT 1")
        assert clock.ahead() < -0.3


def test_a_clock_that_is_set_is_noticed_at_once(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_registry(url)) as registry:
        monkeypatch.setattr(clock, "here", lambda: datetime.now(UTC) + MINUTE)
        registry.row("SELECT 1")
        assert seconds_off(clock.stamp()) < 20


def test_doctor_tells_of_a_clock_that_is_off(shift: timedelta, url: str) -> None:
    check = {each.name: each for each in checks.examine(url)}["clock"]
    assert check.ok is False
    ahead = "ahead of" if shift > timedelta(0) else "behind"
    assert f"60 s {ahead}" in check.detail


def test_doctor_finds_nothing_wrong_with_the_same_time(url: str) -> None:
    check = {each.name: each for each in checks.examine(url)}["clock"]
    assert check.ok


def test_a_file_has_the_time_of_its_machine(registry: Registry) -> None:
    assert registry.row("SELECT 1") == (1,)
    assert clock.ahead() == 0.0
