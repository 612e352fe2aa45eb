"""The room of a replay: its keys, what it refuses, and what is not known any more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.tmux import client
from cafleet_core.storage import events, screens
from cafleet_tui.operations.member_operations import PAST
from tests.builders import DAWN
from tests.team import a_team
from tests.terminal import cafleet
from tests.tui.rooms import picture, until
from tests.tui.scripted_day import Day, a_replay
from tests.tui.test_read_only import whole


async def test_keys_go_from_one_event_to_the_next_and_back(
    day: Day, registry_path: Path
) -> None:
    *_, _ = day.acts()
    session = day.team.session
    async with a_replay(registry_path, session, DAWN) as (_, pilot, playback):

        async def leads_to(key: str, minutes: float, *seen: str) -> None:
            await pilot.press(key)
            there = DAWN + timedelta(minutes=minutes)
            await until(pilot, lambda: playback.now() == there)
            await until(pilot, lambda: all(each in picture(pilot) for each in seen))

        assert "Please draft" not in picture(pilot)
        await leads_to("]", 1, "Replay  2026-11-20 12:01:00", "Please draft")
        await leads_to("]", 4, "held", "Reading the code.", "kept 12:04:00")
        await leads_to("}", 10 + 2 / 3, "1. Yes", "drafter needs you")
        await leads_to("[", 8 + 2 / 3, "starting")
        await leads_to("[", 8)
        playback.jump(day.moment)
        await pilot.press("]")
        await until(pilot, lambda: "Nothing more of this kind" in picture(pilot))


async def test_time_moves_faster_slower_and_not_at_all(
    day: Day, registry_path: Path
) -> None:
    *_, _ = day.acts()
    session = day.team.session
    async with a_replay(registry_path, session, DAWN, moving=True) as (
        room,
        pilot,
        playback,
    ):
        assert "as fast as it was" in picture(pilot)
        await pilot.press(*"+" * 9)
        assert playback.shown().speed == 512
        await until(pilot, lambda: "Please draft the plan." in picture(pilot))
        await pilot.press("-", "space")
        shown = playback.shown()
        assert (shown.speed, shown.paused) == (256, True)
        assert "standing still" in picture(pilot)
        room._read_anew()
        await pilot.pause(0.05)
        assert playback.now() == shown.moment


async def test_nothing_is_sent_asked_of_a_pane_or_stored(
    day: Day, registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, _ = day.acts()
    calls: list[object] = []
    monkeypatch.setattr(client, "call", lambda *call, **_: calls.append(call))
    before = whole(day.registry)
    session, noon = day.team.session, DAWN + timedelta(minutes=5)
    async with a_replay(registry_path, session, noon) as (room, pilot, _):
        assert "nothing is sent, typed or stored" in picture(pilot)
        await pilot.press("f2", "c")
        await until(pilot, lambda: f"capture drafter: {PAST}" in picture(pilot))
        for key in ("g", "m", "n", "ctrl+o", "escape", "c", "h", "enter"):
            await pilot.press(key)
        assert pilot.app.screen is room or pilot.app.screen.is_modal
    assert whole(day.registry) == before
    assert not calls


async def test_without_events_the_messages_own_stamps_tell_what_they_can(
    day: Day, registry_path: Path
) -> None:
    *_, _ = day.acts()
    with day.registry.write():
        events.prune(day.registry, clock.stamp())
        screens.prune(day.registry, clock.stamp())
    noon = DAWN + timedelta(minutes=8)
    async with a_replay(registry_path, day.team.session, noon) as (_, pilot, _):
        await until(pilot, lambda: "No events are kept" in picture(pilot))
        assert "Please draft the plan." in picture(pilot)
        assert "Phase two" not in picture(pilot)
        assert "no screen was kept of then" in picture(pilot)


async def test_a_deleted_session_is_shown_as_it_lived_and_within_its_time(
    day: Day, registry_path: Path
) -> None:
    *_, _ = day.acts()
    sessions.delete(day.registry, day.team.session.session_id)
    day.later(hours=1)
    long_ago = DAWN - timedelta(days=400)
    async with a_replay(registry_path, day.team.session, long_ago) as (
        room,
        pilot,
        playback,
    ):
        assert playback.now() == DAWN
        assert "this session is deleted" not in picture(pilot)
        playback.jump(DAWN + timedelta(days=400))
        room._read_anew()
        assert playback.now() == day.moment
        await until(pilot, lambda: "this session is deleted" in picture(pilot))


async def test_a_small_pane_names_the_moment_beside_a_screen_and_the_replay_s_keys(
    day: Day, registry_path: Path
) -> None:
    session = day.team.session
    async with a_replay(registry_path, session, DAWN, size=(80, 24)) as (
        _,
        pilot,
        playback,
    ):
        assert "No message was sent by then" in picture(pilot)
        keys = "] next event  [ back  } question  space stop, go on  + faster  - slower"
        await until(pilot, lambda: keys in picture(pilot))
        await pilot.press("}")
        await until(pilot, lambda: "Nothing more of this kind" in picture(pilot))
        await pilot.press("f3")
        await until(pilot, lambda: "no screen was kept" in picture(pilot))
        assert "Replay  2026-11-20 12:00:00" in picture(pilot)
        await pilot.press("space")
        await until(pilot, lambda: "Nothing more" not in picture(pilot))
        await pilot.press("f1")
        await until(pilot, lambda: "Go to what happened next" in picture(pilot))
        assert playback.shown().paused is False


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("--at", "teatime"), 2, "'teatime' is neither an ISO 8601 time nor one such"),
        (("--speed", "0"), 2, "0.0 is not in the range 0.25<=x<=4096"),
        (("--speed", "nan"), 2, "'nan' is not a valid float"),
        ((), 2, "the control room needs a terminal"),
        (("12345678",), 1, "session '12345678' not found"),
    ],
)
def test_what_cannot_be_replayed_is_an_error_in_one_line(
    registry: Registry,
    registry_path: Path,
    words: tuple[str, ...],
    code: int,
    reason: str,
) -> None:
    a_team(registry)
    done = cafleet(registry_path, "replay", *words)
    assert (done.code, done.out) == (code, "")
    assert reason in done.err.splitlines()[0]


def test_one_frame_of_the_past_is_drawn_into_a_file(
    registry: Registry, registry_path: Path, tmp_path: Path
) -> None:
    team, target = a_team(registry, "drafter"), tmp_path / "frame.svg"
    done = cafleet(
        registry_path,
        *("replay", team.session.session_id[:8], "--at", "now"),
        *("--screenshot", str(target), "--size", "100", "30"),
    )
    assert (done.code, done.err) == (0, "")
    assert "drafter" in target.read_text("utf-8")
