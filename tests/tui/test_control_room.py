"""The room over a real registry: what others commit appears, what is written is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import TextArea

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import inbox, pages
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import RegistryError
from cafleet_core.records import Sent
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.dialogs.entry_detail import EntryDetail
from cafleet_tui.dialogs.help import Help
from cafleet_tui.dialogs.questions import Questions
from cafleet_tui.dialogs.search import SearchLine
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.session_picker import SessionPicker
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, settings_of, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    """A session with two agents beside Director and Administrator."""
    return a_team(registry, "drafter", "reviewer")


def say(registry: Registry, team: Team, text: str, to: str = "reviewer") -> Sent:
    """Let the drafter write to somebody."""
    return messages.send(registry, team.others["drafter"], [team.others[to]], text)


async def test_another_ones_commit_appears_by_itself(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        assert "No messages yet" in picture(pilot)
        sent = say(registry, team, "the plan is ready")
        await until(pilot, lambda: "the plan is ready" in picture(pilot))
        assert "1 unacked" in picture(pilot)
        caller = team.caller("reviewer")
        inbox.ack(registry, caller, [sent.task.task_id])
        await until(pilot, lambda: "0 unacked" in picture(pilot))
        assert room.regions.timeline.following


async def test_what_is_written_is_stored_as_the_administrators(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        assert isinstance(pilot.app.focused, TextArea)
        await pilot.press(*"@drafter which database?", "enter")
        await until(pilot, lambda: "sent to drafter" in picture(pilot))
        assert room.regions.composer.draft.text == ""
        (entry,) = pages.newest(registry, team.session.session_id)
        assert (entry.sender_name, entry.text) == ("Administrator", "which database?")
        shown = picture(pilot)
        assert "sent to drafter: none (" in shown
        assert f"$ cafleet --session-id {team.session.session_id[:8]} message" in shown
        await until(pilot, lambda: "Administrator → drafter" in picture(pilot))


async def test_a_broadcast_reaches_everyone(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await pilot.press(*"@all stop", "enter")
        await until(pilot, lambda: "sent to everyone" in picture(pilot))
        (entry,) = pages.newest(registry, team.session.session_id)
        assert entry.broadcast
        assert len(entry.deliveries) == 3


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (RegistryError("The registry is locked."), "The registry is locked."),
        (ZeroDivisionError(), "internal error: ZeroDivisionError"),
    ],
)
async def test_a_failure_says_so_and_keeps_the_draft(
    registry_path: Path, team: Team, trouble: Exception, reason: str
) -> None:
    class Refusing(RegistrySource):
        def send(self, outgoing: OutgoingMessage) -> Sent:
            raise trouble

    settings = settings_of(registry_path)
    async with a_room(lambda: Refusing(settings), team.session) as (room, pilot):
        await pilot.press(*"@drafter hello", "enter")
        await until(pilot, lambda: "the draft is kept" in picture(pilot))
        assert reason in picture(pilot)
        assert room.regions.composer.draft.text == "@drafter hello"
        await pilot.press("!")
        assert room.regions.composer.draft.text == "@drafter hello!"


async def test_a_vanished_registry_is_told_and_its_return_too(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    say(registry, team, "still here")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press(*"@drafter draft")
        away = registry_path.with_suffix(".away")
        registry_path.rename(away)
        await until(pilot, lambda: "is gone" in picture(pilot))
        assert "still here" in picture(pilot)
        away.rename(registry_path)
        await until(pilot, lambda: "put it back" not in picture(pilot))
        say(registry, team, "back again")
        await until(pilot, lambda: "back again" in picture(pilot))
        assert room.regions.composer.draft.text == "@drafter draft"
        assert not registry_path.with_suffix(".db-journal").exists()


async def test_a_member_filters_the_timeline_and_again_lets_everything_in(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    say(registry, team, "for the reviewer")
    say(registry, team, "for the director", to="drafter")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.members.focus()
        await until(pilot, lambda: room.regions.members.highlighted)
        await pilot.press("down")
        standing = room.regions.members.highlighted
        assert standing is not None
        assert standing.member.agent.name == "reviewer"
        await pilot.press("f")
        await until(pilot, lambda: "Timeline of reviewer" in picture(pilot))
        assert "for the reviewer" in picture(pilot)
        assert "for the director" not in picture(pilot)
        say(registry, team, "again for the reviewer")
        say(registry, team, "again for the director", to="drafter")
        await until(pilot, lambda: "again for the reviewer" in picture(pilot))
        assert "again for the director" not in picture(pilot)
        await pilot.press("f")
        await until(pilot, lambda: "again for the director" in picture(pilot))


async def test_r_on_an_entry_begins_a_reply(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    sent = say(registry, team, "a question")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("k", "r", *"an answer", "enter")
        await until(pilot, lambda: "sent to drafter" in picture(pilot))
        newest = pages.newest(registry, team.session.session_id)[-1]
        assert newest.reply_to_task_id == sent.task.task_id
        assert "--reply-to" in picture(pilot)


async def test_enter_on_an_entry_shows_it_whole(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    sent = say(registry, team, "\n".join(f"line {n}" for n in range(80)))
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("k", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))
        await pilot.press("end")
        await until(pilot, lambda: sent.task.task_id in picture(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is room)


async def test_letters_are_text_in_the_composer_and_keys_elsewhere(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press(*"svm?cq")
        assert room.regions.composer.draft.text == "svm?cq"
        assert pilot.app.screen is room
        room.regions.members.focus()
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        await pilot.press("escape", "s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SessionPicker))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is room)
        await pilot.press("escape")
        assert room.regions.composer.draft.has_focus


async def test_questions_and_search_are_a_key_away_from_the_composer(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press(*"@drafter half a", "f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, Questions))
        await pilot.press("escape", "f5")
        await until(pilot, lambda: isinstance(pilot.app.screen, SearchLine))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is room)
        assert room.regions.composer.draft.has_focus
        assert room.regions.composer.draft.text == "@drafter half a"


async def test_another_session_opens_in_its_place(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    other = a_team(registry, "stranger")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(pilot.app.screen, SessionPicker))
        assert isinstance(pilot.app.screen, SessionPicker)
        await until(pilot, lambda: other.session.session_id[:8] in picture(pilot))
        ids = [s.session.session_id for s in sessions.summaries(registry)]
        await pilot.press(*["down"] * ids.index(other.session.session_id), "enter")
        await until(pilot, lambda: "stranger" in picture(pilot))
        opened = pilot.app.screen
        assert isinstance(opened, ControlRoom)
        assert opened.session.session_id == other.session.session_id
        assert not room.controllers.session.feed.is_alive()
