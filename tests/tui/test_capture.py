"""A capture that is shown: of any length, followed at its end, left alone above it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.strip import Strip

from cafleet_core.readings import PaneReading
from cafleet_core.states import PaneState, Verb
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.updates import PanesSeen
from cafleet_tui.dialogs.text import TextDialog
from cafleet_tui.operations.member_operations import Operation
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from cafleet_tui.widgets.text_rows import TextRows
from screenshots import team
from screenshots.scenes import Shot, View
from screenshots.still import StillSource
from tests.tui.rooms import picture, until

SIZE = (120, 36)


@pytest.fixture
def pane(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of a pane, which may grow."""
    lines = [f"line {number}" for number in range(5000)]
    monkeypatch.setattr(StillSource, "capture_again", lambda *_: "\n".join(lines))
    return lines


async def captured(app: CafleetApp, pilot: Pilot[None], lines: list[str]) -> TextDialog:
    """The capture of the selected member, open."""
    await settle(app, pilot)
    room = app.screen
    assert isinstance(room, ControlRoom)
    chosen = room.regions.members.highlighted
    assert chosen is not None
    operation = Operation(Verb.CAPTURE, room.session, chosen.member.agent)
    room.controllers.screens.show_capture(operation, "\n".join(lines))
    await until(pilot, lambda: isinstance(app.screen, TextDialog))
    assert isinstance(app.screen, TextDialog)
    return app.screen


def changed(app: CafleetApp, screen: str) -> None:
    """Tell the room that the selected member's pane shows something else."""
    room = app.screen_stack[1]
    assert isinstance(room, ControlRoom)
    agent = room.regions.members.highlighted
    assert agent is not None
    reading = PaneReading(PaneState.BUSY, "screen", "", screen=screen)
    agent_id = agent.member.agent.agent_id
    room.post_message(PanesSeen({**team.VIEWS, agent_id: reading}))


async def test_at_its_end_what_comes_is_shown_and_above_it_nothing_moves(
    pane: list[str],
) -> None:
    app = Shot("team", View(*SIZE)).app()
    async with app.run_test(size=SIZE) as pilot:
        dialog = await captured(app, pilot, pane)
        await pilot.press("G")
        await until(pilot, lambda: "line 4999" in picture(pilot))
        pane.append("the new one")
        changed(app, "new")
        await until(pilot, lambda: "the new one" in picture(pilot))
        await until(pilot, lambda: dialog.is_at_end)
        await pilot.press("g")
        await until(pilot, lambda: "line 0" in picture(pilot))
        pane.append("another")
        changed(app, "newer")
        await pilot.pause(0.2)
        assert "another" not in dialog._lines
        await pilot.press("G")
        changed(app, "newest")
        await until(pilot, lambda: "another" in picture(pilot))


async def test_words_are_found_and_all_of_it_is_copied(pane: list[str]) -> None:
    app = Shot("team", View(*SIZE)).app()
    async with app.run_test(size=SIZE) as pilot:
        await captured(app, pilot, pane)
        await pilot.press("slash", *"LINE 4321", "enter")
        await until(pilot, lambda: "line 4321" in picture(pilot))
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == "\n".join(pane))


class Host(App[None]):
    """Shows a hundred thousand rows."""

    def compose(self) -> ComposeResult:
        yield TextRows(lambda _: [Content(f"row {each}") for each in range(100_000)])


async def test_of_a_long_text_only_what_is_seen_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[int] = []
    before = TextRows.render_line

    def draw(rows: TextRows, y: int) -> Strip:
        drawn.append(y)
        return before(rows, y)

    monkeypatch.setattr(TextRows, "render_line", draw)
    async with Host().run_test(size=(80, 24)) as pilot:
        await pilot.pause()
    assert drawn
    assert max(drawn) < 100
