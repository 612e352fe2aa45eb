"""Looking after the team from the room: an agent in full, and a new member."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import roster
from cafleet_tui.dialogs.member_detail import MemberDetail
from cafleet_tui.dialogs.new_member import NewMember
from tests.cli.conftest import desk, pretender
from tests.cli.desk import Desk
from tests.cli.pretender import AT_REST, PROMPTED, Pretender
from tests.team import a_team
from tests.tui.rooms import a_room, picture, source_of, until

__all__ = ["desk", "pretender"]


async def fill_in(pilot: Pilot[None], **said: str) -> None:
    """Write into the fields of the form and start it."""
    form = pilot.app.screen
    assert isinstance(form, NewMember)
    for field, words in said.items():
        form.query_one(f"#{field.replace('_', '-')}", Input).value = words
    await pilot.press("ctrl+s")


def names(desk: Desk) -> list[str]:
    members = roster.roster(desk.registry, desk.team.session.session_id)
    return [member.agent.name for member in members]


async def test_a_new_member_is_started_and_told_how_to_talk(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = pretender.plays(AT_REST).configured(PROMPTED)
    monkeypatch.setenv("XDG_CONFIG_HOME", known["XDG_CONFIG_HOME"])
    panes = len(desk.panes())
    async with a_room(source_of(Path(desk.registry.where)), desk.team.session) as (
        _,
        pilot,
    ):
        await pilot.press("f2", "n")
        await fill_in(
            pilot, name="scout", description="Looks ahead", coding_agent=pretender.name
        )
        await until(pilot, lambda: "scout started" in picture(pilot))
        assert "member create --agent-id" in picture(pilot)
        assert len(desk.panes()) == panes + 1
        assert "scout" in names(desk)
        assert "You are scout" in pretender.started["argv"][0]


async def test_a_wish_that_failed_says_why_and_is_still_filled_in(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = pretender.configured()
    monkeypatch.setenv("XDG_CONFIG_HOME", known["XDG_CONFIG_HOME"])
    panes = len(desk.panes())
    async with a_room(source_of(Path(desk.registry.where)), desk.team.session) as (
        _,
        pilot,
    ):
        await pilot.press("f2", "n")
        await fill_in(
            pilot,
            name="scout",
            description="Looks ahead",
            coding_agent=pretender.name,
            cwd="/no/such/folder",
        )
        await until(pilot, lambda: "is not a folder" in picture(pilot))
        assert len(desk.panes()) == panes
        assert "scout" not in names(desk)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NewMember))
        assert pilot.app.screen.query_one("#name", Input).value == "scout"


async def test_a_wish_without_a_description_is_not_sent(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry)
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await pilot.press("f2", "n")
        await fill_in(pilot, name="scout")
        assert "a description is needed" in picture(pilot)
        assert pilot.app.focused is pilot.app.screen.query_one("#description")
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, NewMember)


async def test_an_agent_in_full_has_what_it_got_and_what_it_sent(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "alice", "bob")
    alice, bob = team.caller("alice").agent, team.caller("bob").agent
    send.send(registry, alice, [bob], "the [red]plan[/] \x1b[31mis ready")
    send.send(registry, bob, [alice], "then begin")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("f2", "home")
        highlighted = room.regions.members.highlighted
        assert highlighted is not None
        assert highlighted.member.agent.name == "alice"
        await pilot.press("d")
        assert isinstance(pilot.app.screen, MemberDetail)
        await until(pilot, lambda: "then begin" in picture(pilot))
        shown = picture(pilot)
        assert "→ bob" in shown
        assert "1 act in 60 minutes" in shown
        assert "the [red]plan[/] [31mis ready" in shown
        assert alice.agent_id in shown
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, MemberDetail)
