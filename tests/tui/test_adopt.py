"""Agents that nobody owns: adopted in the room, and let go again."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import Refused
from cafleet_core.records import Session
from cafleet_tui.app import CafleetApp
from cafleet_tui.operations.adopt_member import Stray
from screenshots import team
from screenshots.still import StillSource
from tests.cli.desk import Desk
from tests.cli.pretender import Pretender
from tests.team import a_team
from tests.terminal import Terminal, eventually
from tests.tui.rooms import a_room, picture, settings_of, source_of, until


async def test_one_is_adopted_by_its_name_and_let_go_unharmed(
    terminal: Terminal,
    registry: Registry,
    registry_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = terminal.shell()
    desk = Desk(terminal, registry, a_team(registry, here=terminal.here(pane)), pane)
    stranger = Pretender(tmp_path)
    its_pane = terminal.pane([str(tmp_path / "bin" / stranger.name)])
    eventually(lambda: "Done." in terminal.screen(its_pane))
    command = terminal.here(its_pane).pane.command
    for name, value in stranger.configured(f'process_names = ["{command}"]').items():
        monkeypatch.setenv(name, value)
    session = desk.team.session
    async with a_room(source_of(registry_path), session, registry=registry_path) as (
        _,
        pilot,
    ):
        await pilot.press("f2", "A")
        await until(pilot, lambda: f"{its_pane} " in picture(pilot))
        await pilot.press("enter", *"guest", "enter")
        await until(pilot, lambda: "guest is a member now" in picture(pilot))
        assert "member adopt --agent-id" in picture(pilot)
        await pilot.press("A")
        await until(pilot, lambda: "Every coding agent in" in picture(pilot))
        await pilot.press("escape", "end", "L")
        await until(pilot, lambda: "Release guest?" in picture(pilot))
        assert "It is no member any more" in picture(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "release guest: let go" in picture(pilot))
    assert "Done." in terminal.screen(its_pane)


class Unseen(StillSource):
    """The team of pictures, in whose Director's tmux nobody can look."""

    def strays(self, _session: Session) -> list[Stray]:
        raise Refused("tmux does not answer.")


async def test_it_is_said_why_nobody_can_be_looked_for() -> None:
    source = Unseen(*team.source())
    async with a_room(lambda: source, team.SESSION, (60, 20)) as (_, pilot):
        await pilot.press("f2", "A")
        await until(pilot, lambda: "tmux does not answer" in picture(pilot))


async def test_a_room_that_only_reads_adopts_nobody() -> None:
    settings = settings_of("/nowhere.db").replace(read_only=True)
    app = CafleetApp(team.source, settings, team.SESSION)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "drafter" in picture(pilot))
        await pilot.press("f2", "A")
        await until(pilot, lambda: "adopt: this control room" in picture(pilot))
