"""Settings shown and changed in the control room: written to the file, applied at once."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.keys import KEYS
from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.appearance import themes
from cafleet_tui.cli import make_app
from cafleet_tui.dialogs.settings import SettingsDialog
from cafleet_tui.operations import settings
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.team import Team, a_team
from tests.tui.rooms import picture, until
from tests.tui.test_hostile_text import OBEYED

SIZE = (100, 40)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter")


@asynccontextmanager
async def the_settings(
    registry_path: Path, team: Team, marked: str, **own: object
) -> AsyncIterator[tuple[CafleetApp, Pilot[None]]]:
    """The settings over the room, with one of them marked."""
    app = make_app(Settings(str(registry_path), **own), team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("f10")
        await until(pilot, lambda: "registry.url" in picture(pilot))
        dialog = app.screen
        assert isinstance(dialog, SettingsDialog)
        while not (dialog._marked and dialog._marked.key.name == marked):
            await pilot.press("down")
        yield app, pilot


async def test_a_theme_is_seen_as_it_is_chosen_and_stays(
    registry_path: Path, team: Team, file: Path
) -> None:
    file.write_text("# mine\n[tui]\nbell = false # quiet\n")
    async with the_settings(registry_path, team, "tui.theme") as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: "✓ tui.theme is cafleet-dark now" in picture(pilot))
        await pilot.press("right")
        await until(pilot, lambda: app.theme == "cafleet-light")
        await pilot.press("left", "left")
        await until(pilot, lambda: app.settings.theme == "")
        await pilot.press("left")
        await until(pilot, lambda: app.theme == themes.names()[-1])
        expected = f'# mine\n[tui]\nbell = false # quiet\ntheme = "{app.theme}"\n'
        assert file.read_text() == expected
        await pilot.press("backspace")
        await until(pilot, lambda: app.theme == "cafleet-dark")
    assert file.read_text() == "# mine\n[tui]\nbell = false # quiet\n"


async def test_what_cannot_be_stays_to_be_corrected(
    registry_path: Path, team: Team, file: Path
) -> None:
    async with the_settings(registry_path, team, "push.hold_timeout") as (_, pilot):
        await pilot.press("enter", "end", "x", "enter")
        await until(pilot, lambda: "is not a whole number of 0 or" in picture(pilot))
        assert not file.exists()
        await pilot.press("backspace", "backspace", "enter")
        await until(pilot, lambda: "✓ push.hold_timeout is 30 now" in picture(pilot))
    assert file.read_text() == "[push]\nhold_timeout = 30\n"


async def test_the_room_goes_on_with_other_settings_and_the_same_draft(
    registry_path: Path, team: Team, file: Path, tmp_path: Path
) -> None:
    state = {"state_folder": str(tmp_path / "state")}
    app = make_app(Settings(str(registry_path), **state), team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        before = app.screen
        await pilot.press(*"half a thought")
        file.write_text("[monitor]\nquiet_after = 7\n")
        await pilot.press("f10")
        await until(pilot, lambda: "line 2 of config.toml" in picture(pilot))
        dialog = app.screen
        assert isinstance(dialog, SettingsDialog)
        while not (dialog._marked and dialog._marked.key.name == "tui.bell"):
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: not app.settings.bell)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ControlRoom))
        await until(pilot, lambda: app.screen is not before)
        await until(pilot, lambda: "half a thought" in picture(pilot))
        assert app.settings.thresholds.quiet_after == 7
        assert app.settings.registry == str(registry_path)


async def test_a_variable_counts_whatever_is_written(
    registry_path: Path, team: Team, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAFLEET_HOLD_TIMEOUT", "20")
    async with the_settings(registry_path, team, "push.hold_timeout") as (_, pilot):
        await until(pilot, lambda: "counts whatever the file says" in picture(pilot))
        assert "20" in picture(pilot)
        assert "by CAFLEET_HOLD_TIMEOUT" in picture(pilot)


async def test_who_may_only_look_changes_nothing(
    registry_path: Path, team: Team, file: Path
) -> None:
    opened = the_settings(registry_path, team, "tui.bell", read_only=True)
    async with opened as (_, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: READ_ONLY in picture(pilot))
    assert not file.exists()


async def test_a_hostile_value_is_only_text(
    registry_path: Path, team: Team, file: Path
) -> None:
    file.write_text('[server]\nurl = "[bold red]x\\u001b]0;owned\\u0007\\u202e"\n')
    async with the_settings(registry_path, team, "server.url") as (_, pilot):
        await until(pilot, lambda: "[bold red]x" in picture(pilot))
        assert not OBEYED.search(picture(pilot).replace("\n", ""))


async def test_a_broken_file_is_told_and_nothing_of_the_room_changes(
    registry_path: Path, team: Team, file: Path
) -> None:
    async with the_settings(registry_path, team, "tui.bell") as (app, pilot):
        file.write_text("[tui\n")
        await pilot.press("enter")
        await until(pilot, lambda: "is not TOML" in " ".join(picture(pilot).split()))
        assert app.settings.bell
    assert file.read_text() == "[tui\n"


def test_quick_changes_come_one_after_another(file: Path) -> None:
    changed = [key for key in KEYS if isinstance(key.default, bool)]
    with ThreadPoolExecutor(len(changed)) as threads:
        done = threads.map(lambda key: settings.change(key, True), changed * 3)
        assert list(done) == [None] * 3 * len(changed)
    document = tomllib.loads(file.read_text())
    for key in changed:
        table, name = key.name.split(".")
        assert document[table][name] is True
