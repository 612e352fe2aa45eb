"""What happened while the human was away: told when they come back, closed by the next key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core import clock
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.records import Event
from cafleet_core.states import EventKind, PaneState
from cafleet_core.storage import events
from cafleet_tui.app import CafleetApp
from cafleet_tui.controllers import absence as controller
from cafleet_tui.data import last_seen
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.model.absence import Change, missed
from cafleet_tui.render import absence as render
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.builders import DAWN
from tests.team import Team, a_team
from tests.tui.rooms import picture, until

QUESTION = '{"asked": "Run \\u001b[31m[red]pytest?", "options": []}'


def event(name: str, kind: str, old: str = "", new: str = "", minute: int = 0) -> Event:
    """Something that happened to an agent at a minute."""
    at = clock.stamp_after(DAWN, 60.0 * minute)
    return Event(
        *(minute, at, "s", name, EventKind(kind)),
        *(old or None, new or None, None, QUESTION if kind == "asked" else None, name),
    )


def told(*happened: Event, limit: int = 500) -> list[tuple[str, Change, int]]:
    """What is told of these events, a line each."""
    absence = missed(clock.stamp(DAWN), happened, limit)
    return [(each.name, each.change, each.times) for each in absence.missed]


def test_each_agent_has_one_line_and_the_most_urgent_comes_first() -> None:
    assert told(
        event("scout", "state", "busy", "idle", 1),
        event("tester", "state", "busy", "limit", 2),
        event("tester", "limit_reached", minute=2),
        event("scout", "state", "idle", "busy", 3),
        event("scout", "state", "busy", "idle", 4),
        event("linter", "died", minute=5),
        event("drafter", "state", "busy", "waiting", 6),
        event("drafter", "asked", minute=6),
    ) == [
        ("drafter", Change.ASKS, 1),
        ("linter", Change.DIED, 1),
        ("tester", Change.LIMITED, 1),
        ("scout", Change.FINISHED, 2),
    ]


def test_a_question_that_was_answered_is_no_longer_asked() -> None:
    asked = event("drafter", "state", "busy", "waiting", 1), event("drafter", "asked")
    assert told(*asked) == [("drafter", Change.ASKS, 1)]
    over = event("drafter", "state", "waiting", "busy", 2)
    assert told(*asked, over) == [("drafter", Change.ASKED, 1)]


def test_who_went_on_after_a_limit_has_finished_since() -> None:
    assert told(
        event("tester", "limit_reached", minute=1),
        event("tester", "state", "limit", "busy", 2),
        event("tester", "state", "busy", "idle", 3),
    ) == [("tester", Change.FINISHED, 1)]


def test_there_are_ten_rows_at_most_and_the_last_counts_the_rest() -> None:
    happened = [event(f"m{n}", "died", minute=n) for n in range(14)]
    absence = missed(clock.stamp(DAWN), happened, 500)
    rows = [row.plain for row in render.rows(absence, 60, 30)]
    assert len(rows) == 10
    assert rows[-1] == "… 5 more members"
    assert len(render.rows(absence, 60, 4)) == 4
    part = missed(clock.stamp(DAWN), happened[:2], 2)
    assert "earlier events not read" in render.rows(part, 60, 10)[-1].plain


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "linter")


def happens(registry: Registry, team: Team, name: str, kind: EventKind) -> None:
    """Something happens to a member now."""
    agent_id = team.others[name].agent_id
    with registry.write():
        events.add(
            *(registry, kind, clock.stamp(), team.session.session_id, agent_id),
            old=PaneState.BUSY,
            new=PaneState.WAITING if kind == EventKind.STATE else None,
            detail=QUESTION if kind == EventKind.ASKED else None,
        )


@asynccontextmanager
async def a_kept_room(
    registry_path: Path, folder: Path, team: Team
) -> AsyncIterator[tuple[ControlRoom, Pilot[None]]]:
    """A room that keeps in `folder` when the human was here."""
    settings = Settings(registry=str(registry_path), state_folder=str(folder))
    app = CafleetApp(lambda: RegistrySource(settings), settings, team.session)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(app, pilot)
        assert isinstance(app.screen, ControlRoom)
        yield app.screen, pilot


async def test_a_room_that_is_opened_again_tells_what_happened_meanwhile(
    registry: Registry, registry_path: Path, tmp_path: Path, team: Team
) -> None:
    path = last_seen.path_of(str(tmp_path), team.session.session_id)
    async with a_kept_room(registry_path, tmp_path, team) as (_, pilot):
        await pilot.press("x")
        assert "Since you were away" not in picture(pilot)
    assert last_seen.read(path)
    last_seen.write(path, clock.stamp_after(clock.now(), -3600.0))
    happens(registry, team, "drafter", EventKind.STATE)
    happens(registry, team, "drafter", EventKind.ASKED)
    happens(registry, team, "linter", EventKind.DIED)
    async with a_kept_room(registry_path, tmp_path, team) as (room, pilot):
        await until(pilot, lambda: "Since you were away" in picture(pilot))
        shown = picture(pilot)
        assert shown.index("! drafter") < shown.index("× linter")
        assert "asks since" in shown
        assert "[red]pytest?" in shown
        assert "\x1b" not in shown
        await pilot.press("h")
        await until(pilot, lambda: "Since you were away" not in picture(pilot))
        assert room.regions.composer.draft.text.endswith("h"), "no key is lost"
        await pilot.press("f2", "w")
        await until(pilot, lambda: "Since you were away" in picture(pilot))


async def test_an_idle_room_tells_it_before_anybody_comes_back(
    registry: Registry,
    registry_path: Path,
    tmp_path: Path,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_kept_room(registry_path, tmp_path, team) as (room, pilot):
        await pilot.press("f2", "w")
        await until(pilot, lambda: "Nobody has finished" in picture(pilot))
        happens(registry, team, "linter", EventKind.DIED)
        room.controllers.absence.note_change()
        room.controllers.absence.tick()
        assert not room.regions.absence.display, "nobody was away"
        monkeypatch.setattr(controller, "AWAY", 0.0)
        monkeypatch.setattr(controller, "PAUSE", 0.0)
        room.controllers.absence.note_change()
        await until(pilot, lambda: "× linter" in picture(pilot))
        room.controllers.absence.note_input()
        assert not room.regions.absence.display
