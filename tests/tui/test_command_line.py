"""`:` runs the commands of the command line in the room: completed, recalled, stopped, inert."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from textual.app import App
from textual.pilot import Pilot

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import InvalidInput, Refused
from cafleet_tui.controllers.command_line import CommandLineController
from cafleet_tui.dialogs.command_line import CommandLine
from cafleet_tui.keys.actions import named
from cafleet_tui.operations import command_line
from cafleet_tui.operations.command_line import CommandResult, CommandRun
from cafleet_tui.operations.member_operations import PAST, READ_ONLY
from cafleet_tui.render import command_line as render
from cafleet_tui.widgets.fields import LineField
from tests.team import Team, a_team
from tests.tui.fake_room import a_room
from tests.tui.rooms import a_room as a_real_room
from tests.tui.rooms import picture, source_of, until
from tests.tui.test_hostile_text import HOSTILE, OBEYED

OPEN = named("plain_keys.command")


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


async def the_line(pilot: Pilot[None], *keys: str) -> CommandLine:
    """The command line, with these keys pressed in it."""
    await pilot.press("f2", "colon")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommandLine))
    await pilot.press(*keys)
    return cast(CommandLine, pilot.app.screen)


def said(app: App[Any]) -> str:
    return str(app.screen.query_one("#command-said").render())


async def test_a_command_is_run_as_the_human_and_its_output_is_shown(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_real_room(
        source_of(registry_path), team.session, registry=registry_path
    ) as (_, pilot):
        await the_line(pilot, *"cafleet message send --to drafter --text hello")
        await pilot.press("enter")
        await until(pilot, lambda: "✓ cafleet message send" in picture(pilot))
        assert "Message sent." in picture(pilot)
        [entry] = pages.newest(registry, team.session.session_id)
        assert (entry.sender_name, entry.text) == ("Administrator", "hello")
        await pilot.press("up", "end", "x", "enter")
        await until(pilot, lambda: len(sent(registry, team)) == 2)
        assert {entry.text for entry in sent(registry, team)} == {"hello", "hellox"}
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, CommandLine))


def sent(registry: Registry, team: Team) -> list[Any]:
    return pages.newest(registry, team.session.session_id)


async def test_tab_completes_words_and_names(registry_path: Path, team: Team) -> None:
    async with a_real_room(
        source_of(registry_path), team.session, registry=registry_path
    ) as (_, pilot):
        line = await the_line(pilot, *"messa", "tab")
        await until(pilot, lambda: line.query_one(LineField).value == "message ")
        await pilot.press(*"send --to d", "tab")
        await until(pilot, lambda: "--to drafter " in picture(pilot))
        await pilot.press("ctrl+u", *"me", "tab")
        await until(pilot, lambda: "message  member" in said(pilot.app))


async def test_the_first_escape_stops_what_runs(
    registry_path: Path, team: Team
) -> None:
    async with a_real_room(
        source_of(registry_path), team.session, registry=registry_path
    ) as (_, pilot):
        await the_line(pilot, *"message poll --wait 600", "enter")
        await until(pilot, lambda: "--wait 600 …" in said(pilot.app))
        await pilot.press(*"status", "enter")
        assert "--wait 600 …" in said(pilot.app), "one at a time"
        await pilot.press("escape")
        await until(pilot, lambda: "✗ message poll --wait 600" in said(pilot.app))
        assert isinstance(pilot.app.screen, CommandLine)


def test_a_run_ends_with_the_line_that_it_was_given_in(
    registry_path: Path, team: Team
) -> None:
    run = CommandRun(str(registry_path), team.session, "message poll --wait 600")
    run.stop()  # before it has begun: its thread comes later
    assert run.wait().code != 0


@pytest.mark.parametrize("line", ["tui", "cafleet demo", "monitor --once", "server"])
def test_what_takes_the_terminal_is_refused(line: str) -> None:
    with pytest.raises(Refused, match="needs a terminal of its own"):
        command_line.words_of(line)


def test_a_line_is_read_as_a_shell_does_and_is_given_to_none(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="no closing quotation"):
        command_line.words_of("message send --text 'half")
    made = tmp_path / "made"
    text = f"$(touch {made}); touch {made} | `touch {made}`"
    line = f'message send --to drafter --text "{text}"'
    ran = CommandRun(str(registry_path), team.session, line).wait()
    assert ran.code == 0, ran.output
    assert not made.exists()
    assert sent(registry, team)[0].text == text


@pytest.mark.parametrize("nasty", HOSTILE)
def test_what_is_printed_is_only_text(nasty: str) -> None:
    for drawn in (
        render.output(CommandResult(0, nasty)),
        render.ended(nasty, CommandResult(1, "")),
        render.offered((nasty,)),
        render.refused(nasty),
    ):
        assert not OBEYED.search(drawn.plain.translate({10: None, 9: None}))


def test_output_without_end_is_ended(
    registry: Registry,
    registry_path: Path,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command_line, "MOST_OUTPUT", 4096)
    for _ in range(20):
        send.send(registry, team.director, [team.others["drafter"]], "x" * 3000)
    line = "message list --limit 20 --full"
    ran = CommandRun(str(registry_path), team.session, line).wait()
    assert ran.is_cut
    assert len(ran.output) == 4096
    assert render.output(ran).plain.endswith("KiB")


def test_a_room_that_may_change_nothing_has_no_command_line() -> None:
    room = a_room(read_only=True)
    controller = CommandLineController(room, "/nowhere")
    controller.open()
    assert (room.opened, controller.refusal(OPEN)) == ([], READ_ONLY)
    room.past = True
    assert controller.refusal(OPEN) == PAST
