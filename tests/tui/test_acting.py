"""Acting on members from the room: what is typed in their panes, what is refused and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cafleet_core.broker.messages import pages
from cafleet_tui.dialogs.prompts import AskWords, Confirm
from cafleet_tui.dialogs.questions import Questions
from cafleet_tui.dialogs.text import TextDialog
from cafleet_tui.screens.control_room import ControlRoom
from tests.cli.conftest import desk, pretender
from tests.cli.desk import Desk
from tests.cli.pretender import ASKING, AT_REST, Pretender, creating
from tests.cli.worker_office import BEGINS, RESUMES, Office
from tests.terminal import eventually
from tests.tui.rooms import a_room, picture, source_of, until

__all__ = ["desk", "pretender"]


def hire(
    desk: Desk, agent: Pretender, screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member "worker" that shows this screen."""
    known = agent.plays(screen).configured()
    monkeypatch.setenv("XDG_CONFIG_HOME", known["XDG_CONFIG_HOME"])
    made = desk(*creating("worker", agent.name, "--json"), **known)
    assert made.code == 0, made.err


async def selected(pilot: Pilot[None], room: ControlRoom) -> None:
    """Put the cursor on the worker, as seen in its pane."""
    await pilot.press("f2")
    await until(pilot, lambda: "worker" in picture(pilot))
    await pilot.press("home")
    await until(
        pilot,
        lambda: (
            room.regions.members.highlighted is not None
            and room.regions.members.highlighted.reading is not None
            and room.regions.members.highlighted.member.agent.name == "worker"
        ),
    )


async def test_a_digit_answers_the_question_and_the_timeline_keeps_it(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(desk, pretender, ASKING, monkeypatch)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await until(pilot, lambda: "2 Only the first hunk" in picture(pilot))
        await pilot.press("2")
        await until(pilot, lambda: "answer worker: answered" in picture(pilot))
        assert "member send-input" in picture(pilot)
        assert eventually(lambda: pretender.keys) == "2"
        [entry] = pages.newest(desk.registry, desk.team.session.session_id)
        assert entry.sender_name == "Administrator"
        assert entry.text == "Answered 2 Only the first hunk\n> Apply the patch?"
        assert entry.deliveries[0].state == "completed"
        assert pretender.keys == "2"


async def test_free_text_is_asked_for_and_typed(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(desk, pretender, ASKING, monkeypatch)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await until(pilot, lambda: "3 Type something else" in picture(pilot))
        await pilot.press("3")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskWords))
        pilot.app.screen.query_one(Input).value = "only the tests"
        await pilot.press("enter")
        await until(pilot, lambda: "write worker: answered" in picture(pilot))
        eventually(lambda: pretender.keys.startswith("3"))
        assert "only the tests" in pretender.keys


async def test_the_queue_lists_who_waits_and_answers_by_one_key(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(desk, pretender, ASKING, monkeypatch)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await until(pilot, lambda: "worker needs you" in picture(pilot))
        await pilot.press("q")
        assert isinstance(pilot.app.screen, Questions)
        assert "Apply the patch?" in picture(pilot)
        await pilot.press("1")
        eventually(lambda: pretender.keys == "1")
        await pilot.press("escape")
        await until(pilot, lambda: "answer worker: answered" in picture(pilot))


async def test_nobody_waiting_is_said(desk: Desk) -> None:
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (_, pilot):
        await pilot.press("f2", "q")
        assert "Nobody waits for an answer" in picture(pilot)


async def test_a_prompt_is_typed_and_the_command_that_does_the_same_is_shown(
    desk: Desk,
) -> None:
    desk.hire("worker")
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskWords))
        pilot.app.screen.query_one(Input).value = "-x; say $(hello)"
        await pilot.press("enter")
        await until(
            pilot, lambda: "prompt worker: typed and submitted" in picture(pilot)
        )
        placed = room.regions.members.highlighted
        assert placed is not None
        placement = placed.member.agent.placement
        assert placement is not None
        pane = placement.tmux_pane_id or ""
        eventually(lambda: "> -x; say $(hello)" in desk.terminal.screen(pane))
        assert "member prompt --agent-id" in picture(pilot)


async def test_capture_shows_the_screen_and_nothing_that_is_alive(desk: Desk) -> None:
    desk.hire("worker")
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, TextDialog))
        assert "No language model in here." in picture(pilot)


async def test_deleting_asks_first_and_no_is_the_way_out(desk: Desk) -> None:
    desk.hire("worker")
    panes = len(desk.panes())
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await pilot.press("backspace")
        assert isinstance(pilot.app.screen, Confirm)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ControlRoom)
        await pilot.press("backspace", "y")
        await until(pilot, lambda: "delete worker: deleted" in picture(pilot))
        assert len(desk.panes()) == panes - 1
        await until(pilot, lambda: "1 deregistered" in picture(pilot))


async def test_interrupting_asks_first_and_tells_what_was_seen(desk: Desk) -> None:
    desk.hire("worker", "--", "! sleep 60")
    desk("member", "wait", "worker", "--state", "busy", "--timeout", "20")
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await pilot.press("x")
        assert isinstance(pilot.app.screen, Confirm)
        await pilot.press("y")
        stopped = "interrupt worker: it has stopped"
        await until(pilot, lambda: stopped in picture(pilot))
        assert "● Interrupted." in desk.terminal.screens()
        await pilot.press("x", "y")
        not_busy = "interrupt worker: it is not busy; nothing was pressed."
        await until(pilot, lambda: not_busy in picture(pilot))


async def test_one_that_has_ended_shows_why_and_is_started_again(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(desk, pretender, BEGINS, RESUMES)
    monkeypatch.setenv("XDG_CONFIG_HOME", office.known["XDG_CONFIG_HOME"])
    pane = office.hire()
    office.crash(pane)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await until(pilot, lambda: "× its program has ended" in picture(pilot))
        await pilot.press("R")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: "restart worker: started again" in picture(pilot))
    assert office.living() == [pane]
    assert office.pretender.started["argv"][0] == "resume"


@pytest.mark.parametrize("size", [(160, 44), (120, 36), (80, 24)])
async def test_the_command_that_does_the_same_is_shown_to_its_end(
    desk: Desk,
    pretender: Pretender,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    hire(desk, pretender, AT_REST, monkeypatch)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session, size) as (room, pilot):
        await selected(pilot, room)
        await pilot.press("p")
        await until(pilot, lambda: "ping worker: typed" in picture(pilot))
        standing = room.regions.members.highlighted
        assert standing is not None
        member_id = standing.member.agent.agent_id[:8]
        command = f"--member-id {member_id} "
        await until(pilot, lambda: command in " ".join(picture(pilot).split()))
        assert len(picture(pilot).splitlines()) == size[1]


async def test_what_cannot_work_is_shown_with_its_reason(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(desk, pretender, AT_REST, monkeypatch)
    before = eventually(lambda: pretender.keys)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await until(pilot, lambda: "input: it asks nothing" in picture(pilot))
        await pilot.press("1")
        await until(pilot, lambda: "worker: it asks nothing" in picture(pilot))
        await pilot.press("g")
        await until(pilot, lambda: "not inside tmux" in picture(pilot))
        assert pretender.keys == before


async def test_a_click_on_a_button_is_as_good_as_its_key(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(desk, pretender, ASKING, monkeypatch)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await selected(pilot, room)
        await until(pilot, lambda: "1 Yes" in picture(pilot))
        await pilot.click("#acts", offset=(4, 0))
        eventually(lambda: pretender.keys == "1")
