"""What the human wrote: kept until it is sent, over a crash too; recalled after it was sent."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from cafleet_core.broker import answering, messages
from cafleet_core.broker.registry import Registry
from cafleet_tui import drafts
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


async def test_a_draft_is_there_again_in_the_next_room_and_gone_when_sent(
    registry_path: Path, team: Team
) -> None:
    session_id = team.session.session_id
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await pilot.press(*"@alice half")
        await until(pilot, lambda: drafts.read(session_id) == "@alice half")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await until(pilot, lambda: room.composer.draft.text == "@alice half")
        await pilot.press("enter")
        await until(pilot, lambda: "sent to alice" in picture(pilot))
        await until(pilot, lambda: drafts.read(session_id) == "")


async def test_what_is_being_written_is_not_replaced_by_what_was(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("x")
        assert not room.composer.restore("older words")
        assert room.composer.draft.text == "x"


async def test_up_in_an_empty_composer_walks_through_what_was_sent(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    both = [team.others["alice"], team.others["bob"]]
    messages.send(registry, team.administrator, both, "first")
    messages.broadcast(registry, team.administrator, "second")
    with answering.kept(registry, team.caller("Administrator"), both[0], "Answered 1"):
        pass
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        seen = []
        await pilot.press("up")
        await until(pilot, lambda: room.composer.draft.text)
        for key in ("up", "up", "down", "down"):
            seen.append(room.composer.draft.text)
            await pilot.press(key)
            await pilot.pause()
        newest, oldest = "@all second", "@alice @bob first"
        assert seen == [newest, oldest, oldest, newest]
        assert room.composer.draft.text == ""


async def test_a_recalled_text_that_was_changed_is_a_draft_like_any_other(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    messages.send(registry, team.administrator, [team.others["bob"]], "once")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("up")
        await until(pilot, lambda: room.composer.draft.text == "@bob once")
        await pilot.press("!", "up")
        assert room.composer.draft.text == "@bob once!"


async def test_what_was_typed_just_before_leaving_is_kept(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await pilot.press(*"quick")
    assert drafts.read(team.session.session_id) == "quick"


def test_a_draft_survives_the_death_of_the_program(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    session_id = team.session.session_id
    room = [sys.executable, "-m", "cafleet_core", "tui", "--session-id", session_id]
    state = {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}
    pane = terminal.pane(room, state)
    eventually(lambda: "Timeline" in terminal.screen(pane))
    terminal.keys(pane, "-l", "@alice do not lose me")
    eventually(lambda: drafts.read(session_id) == "@alice do not lose me")
    pid = terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}")
    os.kill(int(pid), signal.SIGKILL)
    again = terminal.pane(room, state)
    eventually(lambda: "do not lose me" in terminal.screen(again))
