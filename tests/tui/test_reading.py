"""Finding messages in the room: by member, by words, by time, by who has not acked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cafleet_core import clock
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.messages.pages import PAGE
from cafleet_core.broker.registry.open import Registry
from cafleet_core.views import Filter
from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.dialogs.search import SearchLine
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    """Alice, to whom one word was said long ago, and bob, to whom a lot was said since."""
    team = a_team(registry, "alice", "bob")
    to = {name: [agent] for name, agent in team.others.items()}
    send.send(registry, team.director, to["alice"], "the needle 針 lies here")
    for number in range(PAGE + 20):
        send.send(registry, team.director, to["bob"], f"straw {number}")
    return team


async def search(pilot: Pilot[None], words: str) -> None:
    await pilot.press("slash")
    await until(pilot, lambda: isinstance(pilot.app.screen, SearchLine))
    await pilot.press(*words, "enter")


async def test_a_search_finds_what_no_page_has_loaded_and_escape_shows_all(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        assert "needle" not in picture(pilot)
        await search(pilot, "needl")
        await until(pilot, lambda: "the needle" in picture(pilot))
        assert "straw" not in picture(pilot)
        assert "with needl" in picture(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "straw" in picture(pilot))


async def test_what_was_searched_for_is_marked_until_all_is_shown(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()

        def marked() -> list[str]:
            style = room.regions.timeline.get_visual_style(
                "timeline--sought"
            ).rich_style
            rows = map(
                room.regions.timeline.render_line,
                range(room.regions.timeline.size.height),
            )
            return [part.text for row in rows for part in row if part.style == style]

        await search(pilot, "needl")
        await until(pilot, lambda: marked() == ["needl"])
        await search(pilot, "針")
        await until(pilot, lambda: marked() == ["針"])
        await pilot.press("escape")
        await until(pilot, lambda: "straw" in picture(pilot))
        assert marked() == []


async def test_a_search_without_a_hit_says_so_and_how_to_go_on(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await search(pilot, "nowhere")
        await until(pilot, lambda: "No message fits" in picture(pilot))
        assert "No messages yet" not in picture(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "straw" in picture(pilot))


@pytest.mark.parametrize("focus", ["members", "screen", "draft"])
async def test_escape_shows_every_message_again_wherever_the_focus_is(
    registry: Registry, registry_path: Path, team: Team, focus: str
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await search(pilot, "needle")
        await until(pilot, lambda: "Esc shows all" in picture(pilot))
        places = {
            "members": room.regions.members,
            "screen": room.regions.screen,
            "draft": room.regions.composer.draft,
        }
        places[focus].focus()
        await pilot.pause()
        await pilot.press("escape")
        await until(pilot, lambda: "Esc shows all" not in picture(pilot))
        assert pilot.app.focused is places[focus]


async def test_c_goes_to_the_composer_and_leaves_the_search_as_it_is(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await search(pilot, "needle")
        await until(pilot, lambda: "Esc shows all" in picture(pilot))
        await pilot.press("c")
        assert room.regions.composer.draft.has_focus
        assert "Esc shows all" in picture(pilot)


async def test_what_is_said_during_a_search_appears_where_it_fits(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await search(pilot, "needle")
        await until(pilot, lambda: "the needle" in picture(pilot))
        to = [team.others["bob"]]
        send.send(registry, team.director, to, "more straw")
        send.send(registry, team.director, to, "a second needle")
        await until(pilot, lambda: "a second needle" in picture(pilot))
        assert "more straw" not in picture(pilot)


async def test_a_member_s_messages_are_found_behind_any_number_of_others(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.controllers.session.feed.show(
            room.controllers.timeline.wanted._replace(
                party=team.others["alice"].agent_id
            )
        )
        await until(pilot, lambda: "the needle" in picture(pilot))
        assert "Timeline of alice" in picture(pilot)


async def test_u_goes_from_one_unacked_message_to_the_one_before(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    to = [team.others["alice"]]
    send.send(registry, team.director, to, "open one")
    for number in range(3):
        done = send.send(registry, team.director, to, f"done {number}")
        inbox.ack(registry, team.caller("alice"), [done.task.task_id])
    send.send(registry, team.director, to, "open two")
    done = send.send(registry, team.director, to, "done at last")
    inbox.ack(registry, team.caller("alice"), [done.task.task_id])
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        seen = []
        for key in ("u", "u", "U"):
            await pilot.press(key)
            selected = room.regions.timeline.selected
            assert selected is not None
            seen.append(selected.text)
        assert seen == ["open two", "open one", "open two"]


async def go_to(pilot: Pilot[None], words: str) -> None:
    await pilot.press("t")
    await until(pilot, lambda: isinstance(pilot.app.screen, AskWords))
    asked = pilot.app.screen.query_one(Input)
    asked.value = words
    await pilot.press("enter")


def spread_over_days(registry: Registry) -> None:
    """Pretend that the messages were sent ten minutes apart, the last one just now."""
    [(last,)] = registry.rows("SELECT MAX(seq) FROM tasks")
    now = clock.now()
    for (seq,) in registry.rows("SELECT seq FROM tasks"):
        sent = now - timedelta(minutes=10) * (last - seq)
        registry.execute(
            "UPDATE tasks SET created_at = ? WHERE seq = ?", (clock.stamp(sent), seq)
        )


async def test_t_goes_to_a_time_and_from_there_both_ways(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    spread_over_days(registry)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await go_to(pilot, "100m ago")
        await until(pilot, lambda: room.regions.timeline.selected)
        assert room.regions.timeline.selected is not None
        assert room.regions.timeline.selected.text == f"straw {PAGE + 10}"

        await go_to(pilot, "1w")
        await until(pilot, lambda: "the needle" in picture(pilot))
        assert not room.regions.timeline.following
        await pilot.press("end")
        await until(pilot, lambda: room.regions.timeline.following)
        assert f"straw {PAGE + 19}" in picture(pilot)


async def test_what_is_no_time_is_asked_for_again(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await go_to(pilot, "someday")
        await until(pilot, lambda: "That is no time" in picture(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is room)
        assert room.regions.timeline.following


async def test_escape_from_a_search_shows_what_was_said_around_the_hit(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    to = [team.others["bob"]]
    for number in range(PAGE):
        send.send(registry, team.director, to, f"hay {number}")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await search(pilot, "straw 7")
        await until(pilot, lambda: "with straw 7" in picture(pilot))
        await pilot.press("home", "k")
        while (
            room.regions.timeline.selected
            and room.regions.timeline.selected.text != "straw 7"
        ):
            await pilot.press("k")

        await pilot.press("escape")

        await until(pilot, lambda: "straw 6" in picture(pilot))
        assert "straw 8" in picture(pilot)
        assert room.regions.timeline.selected is not None
        assert room.regions.timeline.selected.text == "straw 7"
        await pilot.press("escape")
        assert room.regions.timeline.selected is None


async def test_u_finds_what_is_unacked_on_no_loaded_page_and_within_the_filter(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    inbox.ack_all(registry, team.caller("bob"))
    send.send(registry, team.director, [team.others["bob"]], "still open")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("u")
        assert room.regions.timeline.selected is not None
        assert room.regions.timeline.selected.text == "still open"
        await pilot.press("u")
        await until(pilot, lambda: "the needle" in picture(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "No other message waits" in picture(pilot))

        room.controllers.timeline.show_wanted(Filter(party=team.others["bob"].agent_id))
        await until(pilot, lambda: "Timeline of bob" in picture(pilot))
        await pilot.press("end", "u", "u")
        await until(pilot, lambda: "No other message waits" in picture(pilot))
        assert "the needle" not in picture(pilot)
