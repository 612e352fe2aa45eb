"""Choosing a session: what is listed, what happens without any."""

from __future__ import annotations

from pathlib import Path

from cafleet_core import clock
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.session_picker import SessionPicker
from tests.core.test_all_sessions import waits, watch
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


def marked(app: CafleetApp) -> str:
    """The id of the session that would be opened."""
    picker = app.screen
    assert isinstance(picker, SessionPicker)
    option = picker.sessions.options.highlighted_option
    return (option.id if option else None) or ""


async def test_who_waits_is_named_and_their_session_comes_first(
    registry: Registry, registry_path: Path
) -> None:
    asking, _newer = a_team(registry, label="docs"), a_team(registry, label="web")
    app = an_app(registry_path)
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: "web" in picture(pilot))
        assert picture(pilot).index("web") < picture(pilot).index("docs")
        waits(registry, asking.director)
        watch(registry, asking)
        await until(pilot, lambda: "! Director" in picture(pilot))
        assert picture(pilot).index("docs") < picture(pilot).index("web")
        await pilot.press("up", "enter")
        await until(pilot, lambda: isinstance(app.screen, ControlRoom))
        assert isinstance(app.screen, ControlRoom)
        assert app.screen.session == asking.session


async def test_what_nobody_looks_at_is_told_with_its_age(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, label="docs")
    waits(registry, team.director, clock.stamp(clock.plus(clock.now(), -7200)))
    app = an_app(registry_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "Director 2h ago" in picture(pilot))
        assert "! Director" not in picture(pilot)


async def test_what_is_typed_into_the_filter_is_looked_for_until_it_is_cleared(
    registry: Registry, registry_path: Path
) -> None:
    teams = {name: a_team(registry, label=name) for name in ("docs", "nodes", "web")}
    app = an_app(registry_path)
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: "docs" in picture(pilot))
        await pilot.press("f", *"nod")  # letters that are keys elsewhere
        await until(pilot, lambda: "docs" not in picture(pilot))
        assert marked(app) == teams["nodes"].session.session_id
        await pilot.press("escape")
        await until(pilot, lambda: "nodes" in picture(pilot))
        await pilot.press("slash", *"DO", "enter")
        await until(pilot, lambda: isinstance(app.screen, ControlRoom))
        assert isinstance(app.screen, ControlRoom)
        assert app.screen.session == teams["docs"].session


async def test_a_registry_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    app = an_app(tmp_path / "missing.db")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "cannot be read" in picture(pilot))
        assert not (tmp_path / "missing.db").exists()
