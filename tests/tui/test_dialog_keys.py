"""The keys of what opens over the room, and of the composer, can be others than the usual ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.dialogs.entry_detail import EntryDetail
from cafleet_tui.dialogs.prompts import AskWords, Confirm
from cafleet_tui.keys import keymap
from cafleet_tui.keys.palette import offers
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.team import Team, a_team
from tests.tui.rooms import picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "alice", "bob")
    send.send(registry, team.director, [team.others["alice"]], "begin")
    return team


@asynccontextmanager
async def a_room_with(
    registry_path: Path, team: Team, **keys: str
) -> AsyncIterator[tuple[ControlRoom, Pilot[None]]]:
    """A room with other keys, dots in the actions' names written as underscores."""
    wanted = {name.replace("_", ".", 1): key for name, key in keys.items()}
    settings = Settings(str(registry_path), keys=wanted)
    app = CafleetApp(source_of(registry_path), settings, team.session)
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(app, pilot)
        room = app.screen
        assert isinstance(room, ControlRoom)
        yield room, pilot


async def test_a_question_for_words_is_answered_by_another_key(
    registry_path: Path, team: Team
) -> None:
    keys = {"ask_done": "f5", "ask_cancel": "f6"}
    async with a_room_with(registry_path, team, **keys) as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskWords))
        assert "f5 do it · f6 cancel" in picture(pilot)
        await pilot.press("escape", *"1h ago", "f5")
        await until(pilot, lambda: pilot.app.screen is room)


async def test_a_yes_is_said_and_refused_by_other_keys(
    registry_path: Path, team: Team
) -> None:
    keys = {"confirm_yes": "j", "confirm_no": "f7"}
    said: list[bool | None] = []
    async with a_room_with(registry_path, team, **keys) as (_, pilot):
        for key in ("y", "escape", "j"):
            if not isinstance(pilot.app.screen, Confirm):
                pilot.app.push_screen(Confirm("End", "it", "end it"), said.append)  # type: ignore[arg-type]
            await pilot.press(key)
        await until(pilot, lambda: said == [True])
        pilot.app.push_screen(Confirm("End", "it", "end it"), said.append)  # type: ignore[arg-type]
        await until(pilot, lambda: "j yes · f7 no" in picture(pilot))
        await pilot.press("f7")
        await until(pilot, lambda: said == [True, False])


async def test_a_sheet_closes_by_another_key_and_names_it(
    registry_path: Path, team: Team
) -> None:
    async with a_room_with(registry_path, team, detail_close="f8") as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("k", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))
        assert "f8 close" in picture(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, EntryDetail)
        offered = {offer.action.id for offer in offers(pilot.app.screen)}
        assert {"detail.reply", "detail.copy", "detail.close"} <= offered
        await pilot.press("f8")
        await until(pilot, lambda: pilot.app.screen is room)


async def test_the_composer_sends_breaks_and_completes_by_other_keys(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    keys = {
        "composer_send": "ctrl+s",
        "composer_newline": "enter",
        "names_take": "f7",
        "names_close": "f8",
    }
    async with a_room_with(registry_path, team, **keys) as (room, pilot):
        await pilot.press(*"@bo", "f7", *"one", "enter", *"two")
        assert room.regions.composer.draft.text == "@bob one\ntwo"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "sent to bob" in picture(pilot))
        await pilot.press("@")
        assert room.regions.composer.popup.is_open
        await pilot.press("f8")
        assert not room.regions.composer.popup.is_open
    assert pages.newest(registry, team.session.session_id)[-1].text == "one\ntwo"


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"confirm.yes": "n"}, "n is both confirm.yes and confirm.no"),
        ({"members.filter": "p"}, "p is both members.filter and acts.ping"),
        ({"room.members": "s"}, "s is both room.members and plain_keys.sessions"),
        ({"timeline.next": "ctrl+q"}, "ctrl+q is both app.quit and timeline.next"),
        ({"room.screen": "enter"}, "enter is both room.screen and composer.send"),
        ({"members.filter": "f3"}, "f3 is both room.screen and members.filter"),
        ({"room.members": "f2,x"}, "x could not be written any more"),
        ({"app.help": "question_mark"}, "question_mark could not be written any more"),
        ({"room.search": "space"}, "space could not be written any more"),
    ],
)
def test_no_key_is_given_to_two_actions_of_one_place_nor_taken_from_the_draft(
    wanted: dict[str, str], why: str
) -> None:
    assert why in [words for _, words in keymap.faults(wanted)]


@pytest.mark.parametrize(
    "wanted", [{}, {"room.members": "f2,ctrl+l"}, {"names.take": "enter,tab,f7"}]
)
def test_keys_that_stand_in_nobody_s_way_are_taken(wanted: dict[str, str]) -> None:
    assert list(keymap.faults(wanted)) == []
