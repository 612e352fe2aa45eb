"""Finding messages in the room: by member, by words, by who has not acked."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker import inbox, messages
from cafleet_core.broker.registry import Registry
from cafleet_tui.feed import PAGE
from cafleet_tui.screens.asking import AskWords
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    """Alice, to whom one word was said long ago, and bob, to whom a lot was said since."""
    team = a_team(registry, "alice", "bob")
    to = {name: [agent] for name, agent in team.others.items()}
    messages.send(registry, team.director, to["alice"], "the needle 針 lies here")
    for number in range(PAGE + 20):
        messages.send(registry, team.director, to["bob"], f"straw {number}")
    return team


async def search(pilot: Pilot[None], words: str) -> None:
    await pilot.press("slash")
    await until(pilot, lambda: isinstance(pilot.app.screen, AskWords))
    await pilot.press(*words, "enter")


async def test_a_search_finds_what_no_page_has_loaded_and_escape_shows_all(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.timeline.focus()
        assert "needle" not in picture(pilot)
        await search(pilot, "needl")
        await until(pilot, lambda: "the needle" in picture(pilot))
        assert "straw" not in picture(pilot)
        assert "with needl" in picture(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "straw" in picture(pilot))


async def test_what_is_said_during_a_search_appears_where_it_fits(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.timeline.focus()
        await search(pilot, "needle")
        await until(pilot, lambda: "the needle" in picture(pilot))
        to = [team.others["bob"]]
        messages.send(registry, team.director, to, "more straw")
        messages.send(registry, team.director, to, "a second needle")
        await until(pilot, lambda: "a second needle" in picture(pilot))
        assert "more straw" not in picture(pilot)


async def test_a_member_s_messages_are_found_behind_any_number_of_others(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.feed.show(room.wanted._replace(party=team.others["alice"].agent_id))
        await until(pilot, lambda: "the needle" in picture(pilot))
        assert "Timeline of alice" in picture(pilot)


async def test_u_goes_from_one_unacked_message_to_the_one_before(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    to = [team.others["alice"]]
    messages.send(registry, team.director, to, "open one")
    for number in range(3):
        done = messages.send(registry, team.director, to, f"done {number}")
        inbox.ack(registry, team.caller("alice"), [done.task.task_id])
    messages.send(registry, team.director, to, "open two")
    done = messages.send(registry, team.director, to, "done at last")
    inbox.ack(registry, team.caller("alice"), [done.task.task_id])
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.timeline.focus()
        seen = []
        for key in ("u", "u", "U"):
            await pilot.press(key)
            selected = room.timeline.selected
            assert selected is not None
            seen.append(selected.text)
        assert seen == ["open two", "open one", "open two"]
