"""The line of facts: what is held and for how long, and what went wrong last."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cafleet_core import clock, host, ids, process
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.delivery.holder import Holder
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Session
from cafleet_core.states import Watcher
from cafleet_core.storage import monitors
from cafleet_core.views import Held
from cafleet_tui.data.updates import FeedRecovered, FeedTrouble
from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.render.status_line import Facts, status_line
from tests.builders import a_member
from tests.cli.conftest import desk, pretender
from tests.cli.desk import Desk
from tests.cli.pretender import DRAFTING, Pretender, creating
from tests.team import a_team
from tests.tui.rooms import a_room, picture, source_of, until
from tests.tui.test_read_only import a_locked_room

__all__ = ["desk", "pretender"]

FACTS = Facts(Session("s", "work", "", None, "d", "a"), 3, 0, (), 2, 0, None, "12:41")


def test_nothing_held_is_well_and_what_is_held_is_counted() -> None:
    assert "push ok   panes ok   registry ok" in status_line(FACTS, 120).plain
    held = FACTS._replace(held=2, held_for=360.0)
    assert "2 held 6m   panes ok   registry ok" in status_line(held, 120).plain


def test_who_delivers_what_is_held_is_told_where_there_is_room() -> None:
    held = FACTS._replace(held=2, held_for=360.0, held_by="monitor, pid 12")
    assert (
        "2 held 6m   delivery: monitor, pid 12   panes" in status_line(held, 140).plain
    )
    assert "delivery" not in status_line(held, 60).plain
    assert "delivery" not in status_line(held._replace(held=0), 140).plain


async def test_who_delivers_is_followed_although_whoever_ends_commits_nothing(
    desk: Desk, pretender: Pretender
) -> None:
    """In a room that only looks, and so delivers nothing itself."""
    known = pretender.plays(DRAFTING).configured()
    desk(*creating("worker", pretender.name), **known)
    desk("message", "send", "--to", "worker", "--text", "hello", **known)
    session = desk.team.session
    with subprocess.Popen(["sleep", "60"]) as monitor:
        held_by(desk, monitor.pid)
        async with a_locked_room(Path(desk.registry.where), session) as pilot:
            words = f"delivery: monitor, pid {monitor.pid}"
            await until(pilot, lambda: words in picture(pilot))
            monitor.kill()
            monitor.wait()
            nobody = "delivery: nobody: run cafleet monitor"
            await until(pilot, lambda: nobody in picture(pilot))


def held_by(desk: Desk, pid: int) -> None:
    """As if a monitor with this process id had just claimed the session."""
    started, namespace = process.started(pid), process.namespace()
    monitor = Holder(Watcher.MONITOR, pid, started, namespace, ids.new())
    session_id = desk.team.session.session_id
    with desk.registry.write():
        monitors.hold(
            *(desk.registry, session_id, host.host_id(), monitor.text(), clock.stamp())
        )


def test_a_trouble_that_is_over_is_told_where_there_is_room() -> None:
    troubled = FACTS._replace(last_error="12:40 locked")
    assert "last error 12:40 locked" in status_line(troubled, 120).plain
    assert "last error" not in status_line(troubled, 70).plain
    present = troubled._replace(trouble="locked")
    assert "last error" not in status_line(present, 120).plain


async def test_a_message_to_somebody_who_is_typing_is_held(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = pretender.plays(DRAFTING).configured()
    monkeypatch.setenv("XDG_CONFIG_HOME", known["XDG_CONFIG_HOME"])
    desk(*creating("worker", pretender.name), **known)
    session_id = desk.team.session.session_id
    desk("message", "send", "--to", "Administrator", "--text", "for your eyes")
    assert pending.held(desk.registry, session_id) == Held(), "who reads in the room"
    ran = desk("message", "send", "--to", "worker", "--text", "hello")
    assert ran.code == 0, ran.err
    assert pending.held(desk.registry, session_id).messages == 1
    assert pending.recipients(desk.registry, session_id) == ("worker",)
    async with a_room(source_of(Path(desk.registry.where)), desk.team.session) as (
        _,
        pilot,
    ):
        await until(pilot, lambda: ": worker   " in picture(pilot))


async def test_the_last_error_stays_when_all_is_well_again(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.post_message(FeedTrouble("the registry is locked", "test"))
        await until(pilot, lambda: "! the registry is locked" in picture(pilot))
        room.post_message(FeedRecovered("test"))
        await until(pilot, lambda: "the registry is locked" in picture(pilot))
        await until(pilot, lambda: "last error" in picture(pilot))
        assert "! the registry is locked" not in picture(pilot).split("last error")[0]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_who_needs_the_human_and_what_is_held_is_told_at_every_width(
    width: int,
) -> None:
    reviewer = Standing(a_member("reviewer"), StandingState.WAITING, 41.0)
    busy = FACTS._replace(needing=(reviewer,), held=1, held_for=61.0)
    line = status_line(busy, width).plain
    assert "! reviewer needs you   " in line
    assert "1 held 1m" in line
    assert len(line) <= width

    locked = busy._replace(trouble="the registry is locked; trying again")
    line = status_line(locked, width).plain
    assert "! reviewer needs you   " in line
    assert "! the registry is locked" in line
    assert len(line) <= width


def test_who_waits_in_other_sessions_is_counted_beside_who_waits_here() -> None:
    away = FACTS._replace(elsewhere=3)
    assert "! 3 elsewhere" in status_line(away, 60).plain
    reviewer = Standing(a_member("reviewer"), StandingState.WAITING, 41.0)
    both = away._replace(needing=(reviewer,))
    assert "! reviewer needs you   +3 elsewhere" in status_line(both, 80).plain
    assert "elsewhere" not in status_line(FACTS, 200).plain


@pytest.mark.parametrize(
    ("width", "needs", "held"),
    [
        (60, "! 3 need you: anna …  ", ""),
        (120, "! 3 need you: anna, bert, carl  ", "2 held 6m  "),
        (160, "! 3 need you: anna, bert, carl  ", "2 held 6m: dora, emil  "),
    ],
)
def test_who_needs_the_human_and_whose_message_is_held_is_named_where_there_is_room(
    width: int, needs: str, held: str
) -> None:
    waiting = tuple(
        Standing(a_member(name), StandingState.WAITING, 41.0)
        for name in ("anna", "bert", "carl")
    )
    line = status_line(
        FACTS._replace(
            needing=waiting, held=2, held_for=360.0, held_to=("dora", "emil")
        ),
        width,
    ).plain
    assert needs in line
    assert held in line
    assert len(line) <= width
