"""Keys that come faster than they are dealt with: nothing is left twice, lost or ended by them."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_tui.dialogs.closing_once import Palette
from cafleet_tui.dialogs.help import Help
from cafleet_tui.dialogs.member_detail import Mail, MemberDetail
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.session_picker import SessionPicker
from tests.team import Team, a_team
from tests.terminal import PATIENCE, Terminal, command_line, eventually
from tests.tui.rooms import a_room, picture, source_of, until

FUNCTION = (
    *("F1", "F2", "F3", "F4", "F5", "F6", "F12", "F9", "C-p", "C-o", "C-t"),
    *("Escape", "Escape", "Tab"),
)
MOVING = ("Up", "Down", "End", "Home", "Enter", "Enter", "Space", "BSpace")
LETTERS = tuple("dqnfkjrastu/12xpmeicgVFSPN#")


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "drafter", "reviewer")
    send.broadcast(registry, team.director, "hello")
    return team


def a_room_in(terminal: Terminal, team: Team) -> str:
    """The pane of a control room, of which the last words stay when it ends."""
    tui = command_line("tui", "--session-id", team.session.session_id)
    pane = terminal.pane(["bash", "-c", '"$0" "$@"; echo "exit $?"; cat', *tui])
    eventually(lambda: "drafter" in terminal.screen(pane))
    return pane


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """As a terminal passes them on that has got them all at once."""
    for key in keys:
        character = key if len(key) == 1 else None
        pilot.app.post_message(events.Key(key, character))
    await pilot.pause()


async def test_keys_go_where_the_first_of_them_leads(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await burst(pilot, "f2", "down", "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, MemberDetail))
        assert room.regions.composer.draft.text == ""


async def test_words_go_where_the_key_before_them_leads(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await burst(pilot, "f5", *"hello", "enter")
        await until(pilot, lambda: room.controllers.timeline.wanted.words == "hello")


@pytest.mark.parametrize(
    ("opened", "left"),
    [
        (("f5", "x"), "enter"),
        (("f1",), "escape"),
        (("f4",), "escape"),
        (("f2", "d"), "escape"),
        (("ctrl+p",), "escape"),
        (("ctrl+o",), "escape"),
    ],
)
async def test_what_is_left_twice_is_left_once(
    registry_path: Path, team: Team, opened: tuple[str, ...], left: str
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        for _ in range(3):
            await burst(pilot, *opened)
            await until(pilot, lambda: pilot.app.screen is not room)
            await burst(pilot, left, left, left)
            await until(pilot, lambda: pilot.app.screen is room)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_burst_ends_the_room(terminal: Terminal, team: Team, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # the same keys each time
    room = a_room_in(terminal, team)
    for _ in range(60):
        keys = dice.choices((*FUNCTION, *MOVING, *LETTERS), k=dice.randint(2, 7))
        terminal.keys(room, *keys)
        if "exit 0" in terminal.screen(room):  # it was asked to
            room = a_room_in(terminal, team)
    terminal.keys(room, "C-q")
    eventually(partial(ended, terminal, room), 6 * PATIENCE)  # after all the others
    assert "internal error" not in terminal.screen(room)


def ended(terminal: Terminal, room: str) -> bool:
    return "exit " in terminal.screen(room)


async def test_of_palette_help_and_picker_there_is_one_each(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (_room, pilot):
        for keys in ("ctrl+p", "f1", "ctrl+p", "ctrl+o", "f1", "ctrl+o", "ctrl+p"):
            await pilot.press(keys)
        kinds = [type(screen) for screen in pilot.app.screen_stack]
        assert kinds.index(ControlRoom) == 1
        assert sorted(kinds[2:], key=str) == sorted(set(kinds[2:]), key=str)
        assert set(kinds[2:]) <= {Palette, Help, SessionPicker}


async def test_a_click_where_the_palette_has_nothing_any_more_is_left_out(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, Palette))
        palette = pilot.app.screen
        outside = (palette, 500, 500, 0, 0, 1, False, False, False, 500, 500)
        palette.post_message(events.Click(*outside))
        await pilot.pause()
        assert pilot.app.screen is palette
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is room)


async def test_mail_that_is_read_before_the_sheet_is_laid_out_is_shown(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await until(pilot, lambda: room.regions.members.highlighted is not None)
        standing = room.regions.members.highlighted
        assert standing is not None
        detail = MemberDetail(standing)
        pilot.app.push_screen(detail)
        detail.show(Mail(standing.member.agent.agent_id))
        await until(pilot, lambda: "nothing yet" in picture(pilot))


async def test_a_letter_goes_where_the_tab_before_it_leads(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        composer = room.regions.composer
        await until(pilot, lambda: composer.has_focus_within)
        await burst(pilot, "tab", "shift+tab", "x", "tab", "z", "shift+tab", "y")
        await until(pilot, lambda: composer.draft.text == "xy")
