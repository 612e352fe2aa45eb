"""The list of members as its human has it: the order, pins, a filter, a note of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.storage import lookup
from cafleet_core.views import RosterOrder
from cafleet_tui.app import CafleetApp
from cafleet_tui.cli import make_app
from cafleet_tui.data import arrangement_file
from cafleet_tui.model.columns import Column, fitted
from cafleet_tui.model.member_order import (
    AS_IT_COMES,
    MOST_NARROWER,
    MOST_WIDER,
    Arrangement,
)
from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render.arrangement import title
from cafleet_tui.render.member_row import row
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.builders import a_member, an_agent
from tests.team import Team, a_team
from tests.tui.rooms import picture, until
from tests.tui.test_member_list import a_list, active, chosen, rows

SIZE = (120, 36)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter-10", "drafter-2", "reviewer")


def an_app(registry_path: Path, team: Team, folder: Path) -> CafleetApp:
    settings = Settings(str(registry_path), state_folder=str(folder))
    return make_app(settings, team.session)


def names(app: CafleetApp) -> list[str]:
    """Who is listed, from above."""
    room = app.screen_stack[1]
    assert isinstance(room, ControlRoom)
    return [line.split()[1] for line in rows(room.regions.members)]


async def test_the_order_the_pins_and_nothing_else_are_there_again(
    registry_path: Path, team: Team, tmp_path: Path
) -> None:
    app = an_app(registry_path, team, tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("f2", "S")
        await until(pilot, lambda: "✓ Members: by name" in picture(pilot))
        people = ["Director", "Administrator"]
        assert names(app) == ["drafter-2", "drafter-10", "reviewer", *people]
        await pilot.press("down", "down", "P")
        await until(pilot, lambda: "reviewer stays on top" in picture(pilot))
        assert "▴reviewer" in picture(pilot)
        await pilot.press("F", *"draf", "enter")
        await until(pilot, lambda: "draf 2 of 5" in picture(pilot))
    [kept] = (tmp_path / "members").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    app = an_app(registry_path, team, tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await until(pilot, lambda: "▴reviewer" in picture(pilot))
        assert "Members by name" in picture(pilot)
        await pilot.press("f2", "P", "S", "S", "S")
        await until(pilot, lambda: "✓ Members: who needs you" in picture(pilot))
        assert "▴" not in picture(pilot)
    assert arrangement_file.read(str(kept)) == AS_IT_COMES


async def test_a_filter_counts_as_it_is_typed_until_esc(
    registry_path: Path, team: Team, tmp_path: Path
) -> None:
    app = an_app(registry_path, team, tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("f2", "F", *"review")
        await until(pilot, lambda: len(names(app)) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: len(names(app)) == 5)
        await pilot.press("F", *"drafter", "down", "enter")
        await until(pilot, lambda: len(names(app)) == 2)
        room = app.screen
        assert isinstance(room, ControlRoom)
        assert room.regions.members.has_focus
        assert chosen(room.regions.members) == "drafter-10"
        await pilot.press("escape")
        await until(pilot, lambda: len(names(app)) == 5)
        assert room.regions.members.has_focus


async def test_what_is_noted_is_shown_and_found_and_can_go_again(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    app = an_app(registry_path, team, tmp_path)
    agent_id = team.others["drafter-2"].agent_id
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("f2", "number_sign", *"the old one", "enter")
        await until(pilot, lambda: "✓ drafter-2: the old one" in picture(pilot))
        assert lookup.by_ids(registry, [agent_id])[0].note == "the old one"
        await pilot.press("F", *"old one", "enter")
        await until(pilot, lambda: names(app) == ["drafter-2"])
        await pilot.press("d")
        await until(pilot, lambda: "note         the old one" in picture(pilot))
        await pilot.press("escape", "number_sign", *["backspace"] * 11, "enter")
        await until(pilot, lambda: "Nothing is noted" in picture(pilot))
    assert lookup.by_ids(registry, [agent_id])[0].note is None


async def test_who_only_looks_notes_nothing(registry_path: Path, team: Team) -> None:
    app = make_app(Settings(str(registry_path), read_only=True), team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("f2", "number_sign")
        await until(pilot, lambda: READ_ONLY in picture(pilot))


async def test_a_pinned_one_stays_above_who_waits() -> None:
    shown = a_list(active("anna"), active("bert"), active("carl"), carl="waiting")
    async with shown as (listed, _, _):
        listed.arrangement = Arrangement(pinned=(active("bert").agent.agent_id,))
        assert [row[2:].split()[0] for row in rows(listed)] == ["bert", "carl", "anna"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "[" * 50_000,
        '{"order": "colour", "pinned": []}',
        '{"order": "name"}',
        '{"order": "name", "pinned": 7}',
        '{"order": {}, "pinned": []}',
    ],
)
def test_a_file_that_says_no_such_thing_changes_nothing(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "members.json"
    path.write_text(content)
    assert arrangement_file.read(str(path)) == AS_IT_COMES


def test_what_cannot_be_written_leaves_what_was_kept(tmp_path: Path) -> None:
    (tmp_path / "members").write_text("a file where a folder is wanted")
    path = arrangement_file.path_of(str(tmp_path), "x")
    arrangement_file.write(path, lambda: Arrangement(RosterOrder.NAME))
    assert arrangement_file.read(path) == AS_IT_COMES


def test_a_title_says_what_is_not_as_it_comes() -> None:
    assert title(AS_IT_COMES, 3, 3).plain == "Members"
    sorted_by = Arrangement(RosterOrder.STATE, words="\x1b[2J" + "漢" * 40)
    assert title(sorted_by, 1, 30).plain.startswith("Members by state  [2J漢漢")
    assert title(sorted_by, 1, 30).plain.endswith("1 of 30")


def test_a_hostile_note_is_text_in_a_row() -> None:
    agent = an_agent("anna", note="[bold]\x1b[31m\nx")
    standing = Standing(a_member("anna", agent=agent), StandingState.BUSY, 3.0)
    drawn = row(standing, fitted((Column.NOTE,), 60))
    assert "[bold][31m x" in drawn.plain
    assert drawn.cell_length == 60


def widths(app: CafleetApp) -> tuple[int, int, int]:
    """The cells of the members, of what stands below them or at the right, and of the timeline."""
    room = app.screen_stack[1]
    assert isinstance(room, ControlRoom)
    side = room.query_one("#side")
    regions = room.regions
    return regions.members.size.width, side.size.width, regions.timeline.size.width


@pytest.mark.parametrize("size", [(120, 36), (120, 30), (170, 44), (200, 50)])
async def test_the_list_is_as_wide_as_it_was_made_also_the_next_time(
    registry_path: Path, team: Team, tmp_path: Path, size: tuple[int, int]
) -> None:
    app = an_app(registry_path, team, tmp_path)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        members, side, timeline = widths(app)
        await pilot.press("f2", ">", ">", ">", "<")
        await until(pilot, lambda: widths(app)[0] == members + 8)
        assert widths(app)[2] == timeline - 8
        below = size == (120, 36)  # there the screen stands below the members
        assert widths(app)[1] == side + (8 if below else 0)
        await pilot.press("f3")
        await until(pilot, lambda: widths(app)[1] > members + 30)
        await pilot.press("f3")
        await until(pilot, lambda: widths(app)[0] == members + 8)
    app = an_app(registry_path, team, tmp_path)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        await until(pilot, lambda: widths(app)[0] == members + 8)
        await pilot.press("f2", *"<<<<<<<<")
        await until(pilot, lambda: widths(app)[0] == members - 16)
        await pilot.resize_terminal(90, 24)
        await until(pilot, lambda: widths(app)[0] > 80)  # a strip has the whole width


def test_the_list_is_never_wider_or_narrower_than_can_be() -> None:
    assert AS_IT_COMES.widened(1000).wider == MOST_WIDER
    assert AS_IT_COMES.widened(-1000).wider == -MOST_NARROWER
