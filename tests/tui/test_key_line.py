"""What cannot work now is dim in the line of keys, and says why when its key is pressed."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.keys.palette import offers
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from cafleet_tui.widgets.status_bar import KeyLine
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "alice", "bob")
    send.send(registry, team.director, [team.others["alice"]], "begin")
    return team


def dim(pilot: Pilot[None]) -> str:
    """The dim words of the line of keys."""
    line = pilot.app.screen.query_one(KeyLine).render()
    return "".join(
        line.plain[span.start : span.end]
        for span in line.spans
        if span.style == "$text-disabled"
    )


def last_line(pilot: Pilot[None]) -> str:
    return picture(pilot).splitlines()[-1]


async def test_sending_is_dim_until_something_can_be_sent(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        assert dim(pilot).split() == ["⏎", "send"]
        before = last_line(pilot)
        await pilot.press(*"@alice")
        assert "send" in dim(pilot)
        await pilot.press("tab", *"hello")
        await until(pilot, lambda: not dim(pilot))
        assert last_line(pilot) == before, "it keeps its place and its length"
        await pilot.press("home", *"@nobody", "space")
        await until(pilot, lambda: "send" in dim(pilot))
        assert room.regions.composer.refusal


async def test_a_message_that_is_not_selected_is_neither_opened_nor_answered(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await until(pilot, lambda: "details" in dim(pilot))
        assert "reply" in dim(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "reply: no message is selected" in picture(pilot))
        assert room.regions.timeline.has_focus
        await pilot.press("k")
        await until(pilot, lambda: dim(pilot).split() == ["a", "ack"])
        await pilot.press("escape")
        await until(pilot, lambda: "reply" in dim(pilot))
        line = pilot.app.size.height - 1
        await pilot.click(offset=(last_line(pilot).index("details"), line))
        await until(pilot, lambda: "details: no message is selected" in picture(pilot))


async def test_a_click_on_a_message_lights_its_keys(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await until(pilot, lambda: "reply" in dim(pilot))
        lines = picture(pilot).splitlines()
        row = next(at for at, line in enumerate(lines) if "begin" in line)
        await pilot.click(offset=(lines[row].index("begin"), row))
        await until(pilot, lambda: room.regions.timeline.selected)
        assert dim(pilot).split() == ["a", "ack"]


async def test_nobody_writes_to_oneself_or_to_who_is_gone(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    agents.deregister(registry, team.others["bob"])
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("f2", "home")
        assert "write to" not in dim(pilot)
        await pilot.press("end", "enter", "end")
        await until(pilot, lambda: "write to" in dim(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "write to: deregistered" in picture(pilot))
        await pilot.press("up", "up", "r")
        await until(pilot, lambda: "write to: that is you" in picture(pilot))
        assert room.regions.members.has_focus


async def test_on_the_folded_line_nobody_is_selected_but_it_unfolds(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    agents.deregister(registry, team.others["bob"])
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("f2", "end", "f")
        await until(pilot, lambda: "nobody is selected" in picture(pilot))
        await pilot.press("enter")
        assert room.regions.members.unfolded


async def test_where_one_only_looks_everything_that_changes_is_dim(
    registry_path: Path, team: Team
) -> None:
    settings = Settings(str(registry_path), read_only=True)
    app = CafleetApp(lambda: RegistrySource(settings), settings, team.session)
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(app, pilot)
        room = app.screen
        assert isinstance(room, ControlRoom)
        assert dim(pilot).split() == ["⏎", "send", "^j", "new", "line"]
        hindered = {offer.action.id for offer in offers(room) if offer.refusal}
        assert {"composer.send", "members.create", "members.mention"} <= hindered
        assert "members.filter" not in hindered
        await pilot.press("f2", "n")
        await until(pilot, lambda: "new member: this control room" in picture(pilot))
        await pilot.press("ctrl+o", "n")
        await until(pilot, lambda: "new session: this control room" in picture(pilot))
        assert "new session" in dim(pilot)


@pytest.mark.parametrize("size", [(160, 40), (100, 30), (80, 24), (60, 20), (40, 12)])
async def test_the_line_of_keys_never_outgrows_its_line(
    registry_path: Path, team: Team, size: tuple[int, int]
) -> None:
    async with a_room(source_of(registry_path), team.session, size) as (room, pilot):
        for where in (
            room.regions.composer.draft,
            room.regions.timeline,
            room.regions.members,
        ):
            where.focus()
            await pilot.pause()
            line = room.query_one(KeyLine)
            assert line.render().cell_length <= line.size.width
