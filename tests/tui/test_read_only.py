"""A control room that only looks: every act is refused with its reason, nothing is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import Refused, RegistryError
from cafleet_core.records import Session
from cafleet_core.states import Verb
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.operations import member_operations
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.member_operations import Operation
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.team import Team, a_team, a_team_in_panes, log_of
from tests.terminal import Terminal, cafleet, eventually, turns
from tests.tui.rooms import WIDE, picture, until


def looking(registry_path: Path) -> Settings:
    """Settings of `--read-only`."""
    return Settings(registry=str(registry_path), read_only=True)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@asynccontextmanager
async def a_locked_room(
    registry_path: Path, session: Session
) -> AsyncIterator[Pilot[None]]:
    """The room of `session`, opened with `--read-only`."""
    settings = looking(registry_path)
    app = CafleetApp(lambda: RegistrySource(settings), settings, session)
    async with app.run_test(size=WIDE) as pilot:
        await settle(app, pilot)
        yield pilot


def whole(registry: Registry) -> str:
    """Everything that the registry holds, as SQL."""
    with closing(sqlite3.connect(registry.where)) as connection:
        return "\n".join(connection.iterdump())


async def test_the_composer_says_so_and_takes_nothing_in(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    send.send(registry, team.director, [team.others["drafter"]], "Begin, please.")
    before = whole(registry)
    async with a_locked_room(registry_path, team.session) as pilot:
        assert "Only looking" in picture(pilot)
        assert "Read-only: nothing is sent" in picture(pilot)
        await pilot.press(*"hello", "enter")
        assert "hello" not in picture(pilot)
        send.send(registry, team.director, [team.others["drafter"]], "And more.")
        await until(pilot, lambda: "And more." in picture(pilot))
    assert len(pages.newest(registry, team.session.session_id)) == 2
    assert before.count("INSERT") < whole(registry).count("INSERT")


@pytest.mark.parametrize("key", ["p", "t", "e", "g", "delete"])
async def test_an_act_is_refused_with_its_reason(
    registry: Registry, registry_path: Path, team: Team, key: str
) -> None:
    before = whole(registry)
    async with a_locked_room(registry_path, team.session) as pilot:
        room = pilot.app.screen
        assert isinstance(room, ControlRoom)
        await pilot.press("f2")
        await until(pilot, lambda: room.regions.members.highlighted)
        assert "read-only" in picture(pilot)
        verbs = {"p": Verb.PING, "t": Verb.WRITE, "e": Verb.EXEC}
        room.controllers.members.operate(verbs.get(key, Verb.GO))
        await until(pilot, lambda: f": {member_operations.READ_ONLY}" in picture(pilot))
    assert whole(registry) == before


@pytest.mark.parametrize(
    "kind", sorted({*member_operations.BUTTONS, Verb.ANSWER} - {"capture"})
)
def test_the_source_itself_carries_nothing_out(
    registry: Registry, registry_path: Path, team: Team, kind: str
) -> None:
    source = RegistrySource(looking(registry_path))
    with pytest.raises(Refused, match="read-only"):
        source.carry_out(
            Operation(Verb(kind), team.session, team.others["drafter"], "words", 1)
        )
    source.close()


def test_the_source_itself_sends_nothing_and_cannot_write(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    send.send(registry, team.administrator, [team.others["drafter"]], "Sent.")
    [entry] = pages.newest(registry, team.session.session_id)
    before = whole(registry)
    source = RegistrySource(looking(registry_path))
    outgoing = OutgoingMessage(
        team.administrator, (team.others["drafter"],), False, "hello"
    )
    for message in (outgoing, outgoing._replace(everyone=True)):
        with pytest.raises(Refused, match="read-only"):
            source.send(message)
    with pytest.raises(Refused, match="read-only"):
        source.cancel(team.session, entry.task_id)
    with pytest.raises(RegistryError, match="is read-only"):
        send.send(source._registry, team.director, [team.others["drafter"]], "x")
    source.panes(team.session.session_id)
    source.close()
    assert whole(registry) == before


def test_looking_delivers_nothing_that_is_owed_and_leaves_no_sign(
    registry: Registry, registry_path: Path, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "drafter")
    home = team.others["drafter"].placement
    assert home is not None
    assert home.tmux_pane_id is not None
    send.send(registry, team.director, [team.others["drafter"]], "Begin, please.")
    [pushed] = eventually(lambda: turns(log_of(tmp_path, "drafter")))
    with registry.write():
        registry.execute(
            "UPDATE tasks SET notified_at = NULL, push_outcome = 'held',"
            " push_next_at = '2000-01-01T00:00:00.000Z', push_claimed_until = NULL"
        )
    before = whole(registry)
    source = RegistrySource(looking(registry_path))
    seen = source.panes(team.session.session_id)
    source.close()
    assert "Begin, please." in (seen[team.others["drafter"].agent_id].screen or "")
    assert whole(registry) == before
    shown = cafleet(
        registry_path,
        *("tui", "--read-only", "--session-id", team.session.session_id),
        *("--screenshot", str(tmp_path / "frame.svg")),
    )
    assert (shown.code, shown.err) == (0, "")
    assert "Only" in (tmp_path / "frame.svg").read_text("utf-8")
    assert whole(registry) == before
    assert turns(log_of(tmp_path, "drafter")) == [pushed]
    assert cafleet(registry_path, "session", "list").code == 0
    outcome = "SELECT push_outcome FROM tasks"
    eventually(lambda: registry.row(outcome)[0] == "delivered")
