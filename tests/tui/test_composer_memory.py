"""What the composer remembers: messages under way and failed, and what was sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer
from cafleet_core.config.settings import Settings
from cafleet_core.readings import Option
from cafleet_tui.app import CafleetApp
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.team import Team, a_team
from tests.tui.rooms import a_room, source_of, until
from tests.tui.test_composer import a_composer, reason, write


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


async def test_while_one_message_is_under_way_the_next_is_written_and_they_keep_their_order() -> (
    None
):
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, "@all one")
        await pilot.press("enter", *"@all two", "enter", *"@all thr")
        await pilot.pause()
        assert [outgoing.body for outgoing in submitted] == ["one"]
        assert composer.draft.text == "@all thr"
        composer.sent()
        await pilot.pause()
        assert [outgoing.body for outgoing in submitted] == ["one", "two"]
        composer.sent()
        await pilot.pause()
        assert composer.draft.text == "@all thr"


async def test_what_failed_waits_until_the_composer_is_empty() -> None:
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, "@all one")
        await pilot.press("enter", *"@all two")
        composer.failed()
        await pilot.pause()
        assert composer.draft.text == "@all two"
        assert reason(composer).startswith("1 more message was not sent")
        await pilot.press("enter")
        composer.sent()
        await pilot.pause()
        assert composer.draft.text == "@all one"
        await pilot.press("enter")
        assert [outgoing.body for outgoing in submitted] == ["one", "two", "one"]


async def test_up_in_an_empty_composer_walks_back_through_what_was_sent() -> None:
    async with a_composer() as (composer, pilot, _):
        composer.remember(["@all first", "@drafter second\nline", "@drafter third"])
        await pilot.press("up")
        await pilot.pause()
        assert composer.draft.text == "@drafter third"
        await pilot.press("up")
        assert composer.draft.text == "@drafter second\nline"
        await pilot.press("up", "up", "up")
        assert composer.draft.text == "@all first"
        await pilot.press("down", "down")
        assert composer.draft.text == "@drafter third"
        await pilot.press("down")
        assert composer.draft.text == ""


async def test_a_recalled_text_that_is_touched_is_a_draft_like_any_other() -> None:
    async with a_composer() as (composer, pilot, _):
        composer.remember(["@all one\ntwo"])
        await pilot.press("up", "!", "up")
        await pilot.pause()
        assert composer.draft.text == "@all one\ntwo!"
        assert composer.draft.cursor_location[0] == 0
        await pilot.press("down")
        await pilot.pause()
        assert composer.draft.cursor_location[0] == 1


async def test_mentions_that_reach_somebody_look_other_than_those_that_do_not() -> None:
    async with a_composer() as (composer, pilot, _):
        composer.draft.write("@drafter @nobody go on")
        await pilot.pause()
        styles = {
            span.style: (span.start, span.end)
            for span in composer.draft.get_line(0).spans
        }
        assert sorted(styles.values()) == [(0, 8), (9, 16)]
        assert len(styles) == 2


async def test_what_was_sent_is_remembered_from_one_run_to_the_next(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    both = [team.others["drafter"], team.others["reviewer"]]
    send.send(registry, team.administrator, both, "first")
    send.broadcast(registry, team.administrator, "second")
    human = team.caller("Administrator")
    with answer.kept(
        registry, human, both[0], "an answer, never sent", Option(1, "Yes", False)
    ):
        pass
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await until(pilot, lambda: room.regions.composer._recall._texts)
        await pilot.press("up", "up", "up")
        assert room.regions.composer.draft.text == "@drafter @reviewer first"
        await pilot.press("down")
        assert room.regions.composer.draft.text == "@all second"


async def test_each_session_finds_its_own_draft_again(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    other = a_team(registry, "stranger")
    settings = Settings(str(registry_path), state_folder=str(tmp_path / "state"))

    async def opened(which: Team, *keys: str) -> str:
        app = CafleetApp(source_of(registry_path), settings, which.session)
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(app, pilot)
            room = app.screen
            assert isinstance(room, ControlRoom)
            await until(
                pilot,
                lambda: (
                    not (
                        room.controllers.composer._drafts
                        and room.controllers.composer._drafts._wanted
                    )
                    or room.regions.composer.draft.text
                ),
            )
            await pilot.press(*keys)
            return room.regions.composer.draft.text

    assert await opened(team, *"@drafter half a thou") == "@drafter half a thou"
    assert await opened(other, *"@stranger hi") == "@stranger hi"
    assert await opened(team, *"ght") == "@drafter half a thought"
    assert await opened(other) == "@stranger hi"
