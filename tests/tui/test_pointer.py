"""The mouse reaches what the keys reach: what a frame names is pressed, beside a sheet is away."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_tui.dialogs.entry_detail import EntryDetail
from cafleet_tui.dialogs.search import SearchLine
from cafleet_tui.screens.control_room import ControlRoom
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "alice", "bob")
    send.send(registry, team.director, [team.others["alice"]], "begin")
    return team


async def click_on(pilot: Pilot[None], words: str) -> None:
    """Press the pointer where these words stand for the last time."""
    await until(pilot, lambda: words in picture(pilot))
    lines = picture(pilot).split("\n")
    row = max(number for number, line in enumerate(lines) if words in line)
    await pilot.click(offset=(lines[row].rindex(words) + 1, row))


async def open_the_message(pilot: Pilot[None], room: ControlRoom) -> None:
    room.regions.timeline.focus()
    await pilot.press("k", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))


async def test_a_click_on_a_key_that_a_sheet_names_presses_it(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await open_the_message(pilot, room)
        await click_on(pilot, "x cancel")
        await until(pilot, lambda: "only who sent it" in picture(pilot))
        await pilot.press("escape")
        await open_the_message(pilot, room)
        await click_on(pilot, "r reply ·")
        await until(
            pilot, lambda: pilot.app.screen is room and "replying to" in picture(pilot)
        )


async def test_a_click_beside_a_sheet_closes_it(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await open_the_message(pilot, room)
        await click_on(pilot, "input required")
        assert isinstance(pilot.app.screen, EntryDetail)
        await pilot.click(offset=(1, 1))
        await until(pilot, lambda: pilot.app.screen is room)


async def test_a_click_beside_what_is_being_filled_in_loses_nothing(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("slash", *"begin")
        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert isinstance(pilot.app.screen, SearchLine)
        await click_on(pilot, "show")
        await until(pilot, lambda: "Timeline with begin" in picture(pilot))
