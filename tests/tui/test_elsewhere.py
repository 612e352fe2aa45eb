"""Questions of other sessions: counted in the room, and answered there without leaving it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import lookup
from cafleet_tui.controllers import answers
from cafleet_tui.screens.control_room import ControlRoom
from tests.cli.conftest import desk, pretender
from tests.cli.desk import Desk
from tests.cli.pretender import ASKING, PROMPTED, Pretender, creating
from tests.core.test_all_sessions import waits, watch
from tests.team import a_team
from tests.terminal import Terminal, eventually
from tests.tui.rooms import a_room, picture, source_of, until

__all__ = ["desk", "pretender"]


@pytest.fixture
def docs(
    terminal: Terminal,
    registry: Registry,
    pretender: Pretender,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """Another session, which is watched; its member `worker` asks something."""
    known = pretender.plays(ASKING).configured(PROMPTED)
    monkeypatch.setenv("XDG_CONFIG_HOME", known["XDG_CONFIG_HOME"])
    pane = terminal.shell()
    team = a_team(registry, here=terminal.here(pane), label="docs")
    desk = Desk(terminal, registry, team, pane)
    assert desk(*creating("worker", pretender.name), **known).code == 0
    (worker,) = lookup.agents(registry, team.session.session_id, "worker")
    waits(registry, worker)
    watch(registry, team)
    return desk


async def test_a_question_of_another_session_is_answered_there_as_its_human(
    desk: Desk, docs: Desk, pretender: Pretender
) -> None:
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (room, pilot):
        await until(pilot, lambda: "! 1 elsewhere" in picture(pilot))
        await pilot.press("f4")
        await until(pilot, lambda: "docs/worker" in picture(pilot))
        assert "Apply the patch?" in picture(pilot)
        await pilot.press("2")
        await until(pilot, lambda: "answered" in picture(pilot))
        eventually(lambda: pretender.keys == "2")
        there = docs.team.session
        (kept,) = pages.newest(desk.registry, there.session_id)
        assert (kept.sender_id, kept.text.split("\n")[0]) == (
            there.administrator_agent_id,
            "Answered 2 Only the first hunk",
        )
        assert not pages.newest(desk.registry, desk.team.session.session_id)
        await pilot.press("escape")
        assert pilot.app.screen is room
        assert f"--session-id {there.session_id[:8]}" in picture(pilot)


async def test_an_answer_that_cannot_be_given_says_so_and_is_not_recorded(
    desk: Desk, docs: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "OTHERS_EVERY", 600)
    source = source_of(Path(desk.registry.where))
    async with a_room(source, desk.team.session) as (_, pilot):
        await until(pilot, lambda: "! 1 elsewhere" in picture(pilot))
        await pilot.press("f4")
        await until(pilot, lambda: "docs/worker" in picture(pilot))
        (worker,) = lookup.agents(desk.registry, docs.team.session.session_id, "worker")
        assert worker.placement
        desk.terminal.tmux("kill-pane", "-t", worker.placement.tmux_pane_id or "")
        await pilot.press("1")
        await until(pilot, lambda: "no question is on the screen" in picture(pilot))
        assert not pages.newest(desk.registry, docs.team.session.session_id)


async def test_what_nobody_watches_is_not_counted_as_waiting_now(
    registry: Registry, registry_path: Path
) -> None:
    own, unwatched = a_team(registry, label="own"), a_team(registry, label="docs")
    watched = a_team(registry, label="web")
    waits(registry, unwatched.director)
    async with a_room(source_of(registry_path), own.session) as (room, pilot):
        assert isinstance(room, ControlRoom)
        waits(registry, watched.director)
        watch(registry, watched)
        await until(pilot, lambda: "! 1 elsewhere" in picture(pilot))
        assert len(room.context.state.elsewhere) == 2
