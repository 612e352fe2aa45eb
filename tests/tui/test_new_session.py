"""Starting a session from the picker: its Director in a pane, its room open, its command told."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import Refused
from cafleet_core.requests import StartRequest
from cafleet_core.requests import UpRequest as Request
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.dialogs.new_session import NewSession
from cafleet_tui.operations import create_session
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.session_picker import SessionPicker
from tests.cli.conftest import pretender
from tests.cli.pretender import PROMPTED, Pretender
from tests.team import a_team
from tests.terminal import Terminal
from tests.tui.rooms import a_room, picture, settings_of, source_of, until

__all__ = ["pretender"]


@pytest.fixture
def inside(
    terminal: Terminal, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> Pretender:
    """A coding agent of one's own, and a pane of tmux around the control room."""
    pane = terminal.shell()
    for name, value in terminal.inside(pane).items():
        monkeypatch.setenv(name, value)
    known = pretender.configured(PROMPTED)
    monkeypatch.setenv("XDG_CONFIG_HOME", known["XDG_CONFIG_HOME"])
    return pretender


async def fill_in(pilot: Pilot[None], **said: str) -> None:
    """Write into the fields of the form and start it."""
    form = pilot.app.screen
    assert isinstance(form, NewSession)
    for field, words in said.items():
        form.query_one(f"#{field.replace('_', '-')}", Input).value = words
    await pilot.press("ctrl+s")


def windows(terminal: Terminal) -> int:
    return len(terminal.tmux("list-windows", "-a").splitlines())


async def test_a_session_is_started_entered_and_its_command_told(
    registry: Registry, registry_path: Path, terminal: Terminal, inside: Pretender
) -> None:
    before = windows(terminal)
    app = CafleetApp(source_of(registry_path), settings_of(registry_path), None)
    async with app.run_test(size=(160, 40)) as pilot:
        await until(pilot, lambda: "Or press n" in picture(pilot))
        await pilot.press("n")
        await fill_in(pilot, label="release", coding_agent=inside.name)
        await until(pilot, lambda: isinstance(app.screen, ControlRoom))
        await until(pilot, lambda: "release started, Director ready" in picture(pilot))
        shown = picture(pilot)
        assert "$ cafleet up --label release --coding-agent pretender" in shown
        room = app.screen
        assert isinstance(room, ControlRoom)
        [summary] = sessions.summaries(registry)
        assert summary.session == room.session
        assert summary.session.label == "release"
        assert windows(terminal) == before + 1
        assert inside.started["env"]["CAFLEET_SESSION_ID"] == summary.session.session_id


async def test_what_failed_says_why_leaves_nothing_and_is_still_filled_in(
    registry: Registry, registry_path: Path, terminal: Terminal, inside: Pretender
) -> None:
    before = windows(terminal)
    team = a_team(registry)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("ctrl+o", "n")
        await fill_in(pilot, label="x", coding_agent=inside.name, cwd="/no/such")
        await until(pilot, lambda: "x not started: /no/such is not" in picture(pilot))
        await pilot.press("n")
        await fill_in(pilot, cwd=".", coding_agent="nonesuch")
        await until(pilot, lambda: "x not started:" in picture(pilot))
        await until(pilot, lambda: "nonesuch" in picture(pilot))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NewSession))
        assert pilot.app.screen.query_one("#label", Input).value == "x"
        await pilot.press("escape", "escape")
        await until(pilot, lambda: pilot.app.screen is room)
    assert len(sessions.summaries(registry)) == 1
    assert windows(terminal) == before


async def test_without_a_coding_agent_nothing_is_started(registry_path: Path) -> None:
    app = CafleetApp(source_of(registry_path), settings_of(registry_path), None)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, SessionPicker))
        await pilot.press("n")
        await fill_in(pilot, coding_agent=" ")
        assert "a coding agent is needed" in picture(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, SessionPicker)


def test_where_one_only_looks_the_source_itself_starts_none(
    registry: Registry, registry_path: Path
) -> None:
    source = RegistrySource(settings_of(registry_path).replace(read_only=True))
    with pytest.raises(Refused, match="read-only"):
        source.create_session(Request("x", StartRequest("claude")))
    source.close()
    assert sessions.summaries(registry) == []


@pytest.mark.parametrize(
    ("wanted", "command"),
    [
        (Request(None, StartRequest("claude")), "cafleet up --coding-agent claude"),
        (
            Request("my team", StartRequest("codex", "do it", "o9", "/srv")),
            "cafleet up --label 'my team' --coding-agent codex --model o9 --cwd /srv"
            " -- 'do it'",
        ),
    ],
)
def test_the_command_that_does_the_same(wanted: Request, command: str) -> None:
    assert create_session.cli_equivalent(wanted) == command
