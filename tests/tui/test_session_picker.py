"""Choosing a session: what is listed, what happens without any."""

from __future__ import annotations

from pathlib import Path

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.screens.control_room import ControlRoom
from tests.team import a_team
from tests.tui.rooms import picture, settings_of, source_of, until


def an_app(registry_path: Path) -> CafleetApp:
    settings: Settings = settings_of(registry_path)
    return CafleetApp(source_of(registry_path), settings, None)


async def test_without_a_session_it_says_what_to_run_and_sees_the_first_one_come(
    registry: Registry, registry_path: Path
) -> None:
    app = an_app(registry_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "cafleet session create" in picture(pilot))
        a_team(registry, "drafter")
        await until(pilot, lambda: "a test" in picture(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ControlRoom))


async def test_deleted_sessions_are_listed_on_demand(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry)
    sessions.delete(registry, team.session.session_id)
    app = an_app(registry_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "No session yet" in picture(pilot))
        await pilot.press("d")
        await until(pilot, lambda: "(deleted)" in picture(pilot))
        await pilot.press("d")
        await until(pilot, lambda: "No session yet" in picture(pilot))


async def test_a_registry_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    app = an_app(tmp_path / "missing.db")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "cannot be read" in picture(pilot))
        assert not (tmp_path / "missing.db").exists()
