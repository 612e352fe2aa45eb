"""The screen of the selected member: fetched and painted only while somebody sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.panes.tmux import client
from cafleet_tui.model.standing import Standing
from cafleet_tui.widgets.screen_view import ScreenView
from tests.cli.conftest import desk
from tests.cli.desk import Desk
from tests.tui.rooms import a_room, picture, source_of, until

__all__ = ["desk"]


async def test_it_follows_the_pane_and_paints_the_lines_that_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane = desk.pane
    desk.terminal.keys(pane, "printf 'one\\ntwo\\nthree\\n'", "Enter")
    async with a_room(source_of(Path(desk.registry.where)), desk.team.session) as (
        room,
        pilot,
    ):
        await until(pilot, lambda: "three" in picture(pilot))
        painted: list[int] = []
        whole: list[object] = []

        def refresh(*regions: object, **_how: object) -> None:
            whole.append(regions)

        monkeypatch.setattr(room.regions.screen, "refresh_line", painted.append)
        monkeypatch.setattr(room.regions.screen, "refresh", refresh)
        desk.terminal.tmux("send-keys", "-t", pane, "x")
        await until(pilot, lambda: painted)
        assert (len(painted), whole) == (1, [])


async def test_nothing_is_painted_while_it_is_hidden(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[object] = []
    take_in = ScreenView.take_in

    def taking(self: ScreenView, standing: Standing) -> None:
        taken.append(standing)
        take_in(self, standing)

    monkeypatch.setattr(ScreenView, "take_in", taking)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session, (100, 28)) as (room, pilot):
        desk.terminal.keys(desk.pane, "printf 'seen %s\\n' now", "Enter")
        await until(pilot, lambda: "seen now" in desk.terminal.screen(desk.pane))
        room.controllers.session.pane_watch.look()
        await pilot.pause(0.3)
        assert taken == []
        await pilot.press("f3")
        await until(pilot, lambda: "seen now" in picture(pilot))
        await pilot.press("f3")
        await pilot.pause()
        taken.clear()
        desk.terminal.keys(desk.pane, "printf 'seen %s\\n' later", "Enter")
        room.controllers.session.pane_watch.look()
        await pilot.pause(0.3)
        assert taken == []


async def test_a_tick_over_all_panes_is_one_tmux_call(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anna", "bert", "carl"):
        assert desk.hire(name).code == 0
    source = source_of(Path(desk.registry.where))()
    calls: list[object] = []
    call = client.call

    def counted(*arguments: object, **options: object) -> object:
        calls.append(arguments)
        return call(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "call", counted)
    views = source.panes(desk.team.session.session_id)
    assert len(views) == 4
    assert all(view.screen for view in views.values())
    assert len(calls) == 1
    source.close()
