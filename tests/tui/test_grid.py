"""Screens side by side: whose they are, how they stand, and where their keys lead."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from cafleet_core.readings import PaneReading
from cafleet_core.states import AgentKind, PaneState
from cafleet_tui.app import CafleetApp
from cafleet_tui.dialogs.grid import ScreenGrid
from cafleet_tui.model import grid
from cafleet_tui.model.grid import MOST, Shape
from cafleet_tui.model.standing import Ranks, Standing, StandingState
from cafleet_tui.render.grid import title
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from cafleet_tui.widgets.live_screen import LiveScreen
from screenshots import team
from screenshots.scenes import Shot, View
from tests.builders import a_member, a_placement, an_agent, an_id
from tests.tui.rooms import until

NAMES = [f"drafter-{number}" for number in range(1, 31)]


def a_standing(name: str, state: str = "busy", **agent: Any) -> Standing:
    placed = an_agent(name, **{"placement": a_placement(), **agent})
    return Standing(a_member(name, agent=placed), StandingState(state), 3.0)


def ranks(*standings: Standing) -> Ranks:
    return Ranks(standings, (), ())


@pytest.mark.parametrize(
    ("count", "width", "height", "expected"),
    [
        (2, 58, 18, Shape(1, 2)),
        (30, 58, 18, Shape(1, 2)),
        (2, 78, 22, Shape(1, 2)),
        (4, 118, 34, Shape(2, 2)),
        (6, 118, 34, Shape(2, 3)),
        (9, 118, 34, Shape(3, 3)),
        (2, 158, 48, Shape(2, 1)),
        (30, 218, 58, Shape(3, 3)),
        (1, 218, 58, Shape(1, 1)),
        (0, 218, 58, Shape(1, 1)),
        (30, 1, 1, Shape(1, 1)),
        (30, 40, 100, Shape(1, 9)),
    ],
)
def test_screens_stand_so_that_most_of_them_is_seen(
    count: int, width: int, height: int, expected: Shape
) -> None:
    assert grid.shape(count, width, height) == expected


@pytest.mark.parametrize("width", range(1, 240, 17))
@pytest.mark.parametrize("height", range(1, 70, 7))
def test_a_page_has_room_for_what_is_on_it(width: int, height: int) -> None:
    for count in (1, 2, 5, 9, 30):
        shape = grid.shape(count, width, height)
        assert 1 <= shape.room <= MOST
        assert shape.across == 1 or width // shape.across >= 38
        assert shape.down == 1 or height // shape.down >= 8


def test_pinned_selected_and_needy_ones_come_first_and_the_human_never() -> None:
    needy = a_standing("needy", "waiting")
    others = [a_standing(name) for name in ("anna", "bert", "carl")]
    human = a_standing("you", "you", kind=AgentKind.ADMINISTRATOR)
    bare = a_standing("bare", placement=None)
    ids = {each.member.agent.name: each.member.agent.agent_id for each in others}
    order = grid.order(
        Ranks((*others, needy, bare), (human,), ()),
        pinned=("nobody", ids["carl"]),
        selected=ids["bert"],
        listed=tuple(ids.values()),
    )
    expected = (ids["carl"], ids["bert"], needy.member.agent.agent_id, ids["anna"])
    assert order == expected


def test_a_title_is_text() -> None:
    standing = a_standing("[b]\x1b[31mx", "waiting")
    assert title(standing).plain == "! [b][31mx  waiting  3s"


async def opened(app: CafleetApp, pilot: Pilot[None]) -> ScreenGrid:
    await settle(app, pilot)
    await pilot.press("f2", "V")
    await until(pilot, lambda: isinstance(app.screen, ScreenGrid))
    assert isinstance(app.screen, ScreenGrid)
    return app.screen


def cells(dialog: ScreenGrid) -> list[LiveScreen]:
    return [cell for cell in dialog.query(LiveScreen) if cell.display]


def marked(dialog: ScreenGrid) -> str:
    [cell] = [cell for cell in cells(dialog) if cell.has_class("-marked")]
    return str(cell.border_title)


async def test_enter_shows_the_marked_one_alone_and_esc_goes_back() -> None:
    app = Shot("team", View(160, 50)).app()
    async with app.run_test(size=(160, 50)) as pilot:
        dialog = await opened(app, pilot)
        assert len(cells(dialog)) == len(dialog._ids)
        first = marked(dialog)
        await pilot.press("right", "down")
        name = marked(dialog)
        assert name != first
        await pilot.press("enter")
        room = app.screen
        assert isinstance(room, ControlRoom)
        await until(pilot, lambda: room.has_class("-zoomed"))
        assert room.regions.screen.has_focus
        chosen = room.regions.members.highlighted
        assert chosen is not None
        assert chosen.member.agent.name in name
        await pilot.press("V")
        await until(pilot, lambda: isinstance(app.screen, ScreenGrid))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is room)


async def test_its_screens_are_watched_while_it_is_open_and_no_longer() -> None:
    app = Shot("team", View(160, 50)).app()
    async with app.run_test(size=(160, 50)) as pilot:
        dialog = await opened(app, pilot)
        room = app.screen_stack[1]
        assert isinstance(room, ControlRoom)
        watch = room.controllers.session.pane_watch
        assert [agent.agent_id for agent in watch._also] == list(dialog._ids)
        await pilot.press("q")
        await until(pilot, lambda: watch._also == ())


async def test_more_than_have_room_come_page_by_page_at_any_size() -> None:
    standings = {an_id(name): a_standing(name) for name in NAMES}
    watched: list[list[str]] = []
    dialog = ScreenGrid(
        list(standings),
        standings,
        lambda agents: watched.append([agent.name for agent in agents]),
        lambda _: None,
    )
    app = CafleetApp(
        team.source().opened, Shot("team", View(1, 1)).app().settings, None
    )
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(app, pilot)
        app.push_screen(dialog)
        await until(pilot, lambda: len(cells(dialog)) == MOST)
        assert watched[-1] == NAMES[:9]
        await pilot.press("pagedown", "pagedown", "pagedown")
        assert watched[-1] == NAMES[27:]
        assert len(cells(dialog)) == 3
        await pilot.press("pageup", "left", "left")
        assert "drafter-17" in marked(dialog)
        for size in ((60, 20), (39, 9), (12, 3), (1, 1), (220, 60)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "drafter-17" in marked(dialog))
        new = a_standing("newcomer")
        dialog.show([an_id("newcomer")], {an_id("newcomer"): new})
        assert dialog._ids[-1] == an_id("newcomer")


async def test_one_that_has_ended_keeps_its_last_screen() -> None:
    app = Shot("team", View(160, 50)).app()
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(app, pilot)
        cell = LiveScreen()
        await app.screen.mount(cell)
        alive = PaneReading(PaneState.BUSY, "screen", "", screen="the last words")
        standing = a_standing("anna")
        cell.take_in(standing._replace(reading=alive))
        dead = PaneReading(PaneState.DEAD, "tmux", "pane %1 is gone.")
        cell.take_in(standing._replace(state=StandingState.DEAD, reading=dead))
        assert cell.text == "the last words"
        cell.take_in(a_standing("bert", "dead")._replace(reading=dead))
        assert cell.text == ""


async def test_words_are_found_on_a_live_screen_and_copied() -> None:
    app = Shot("team", View(160, 50)).app()
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(app, pilot)
        room = app.screen
        assert isinstance(room, ControlRoom)
        await pilot.press("f2", "enter")
        await until(pilot, lambda: room.regions.screen.has_focus)
        word = room.regions.screen.text.split()[-1]
        await pilot.press("slash", *word.upper()[:4], "enter")
        await until(pilot, lambda: room.regions.screen._hit is not None)
        first = room.regions.screen._hit
        await pilot.press("n", "N")
        assert room.regions.screen._hit == first
        await pilot.press("slash", *["backspace"] * 4, *"zzzz", "enter")
        await until(pilot, lambda: room.regions.screen._hit is None)
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == room.regions.screen.text)
