"""What is for the human: in order, acked one by one or together, and undone before anybody is told."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.messages import cancel, pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import RegistryError
from cafleet_core.records import Session
from cafleet_core.states import TaskState
from cafleet_core.views import Entry
from cafleet_tui.app import CafleetApp
from cafleet_tui.data import ack_queue
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.source import OpenSource
from cafleet_tui.dialogs.entry_detail import EntryDetail
from cafleet_tui.dialogs.inbox import InboxDialog
from cafleet_tui.operations import mail
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until

WORDS = ("Shall I tag it?", "Which database?", "The plan is final.")


@pytest.fixture
def team(registry: Registry) -> Team:
    """A team in which drafter has written three times to the human."""
    team = a_team(registry, "drafter", "reviewer")
    for words in WORDS:
        send.send(registry, team.others["drafter"], [team.administrator], words)
    return team


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time to undo is over before the test."""
    monkeypatch.setattr(ack_queue, "UNDO_SECONDS", 600.0)


@pytest.fixture
def source(registry_path: Path) -> OpenSource:
    return source_of(registry_path)


def states(registry: Registry, team: Team) -> list[TaskState]:
    """What the senders are told of the messages to the human, oldest first."""
    return [
        delivery.state
        for entry in pages.newest(registry, team.session.session_id)
        for delivery in entry.deliveries
        if delivery.recipient_id == team.administrator.agent_id
    ]


OPEN, ACKED = TaskState.INPUT_REQUIRED, TaskState.COMPLETED


async def an_inbox(pilot: Pilot[None], key: str = "f6") -> InboxDialog:
    """The inbox, opened by a key, with what it has read."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, InboxDialog))
    inbox = pilot.app.screen
    assert isinstance(inbox, InboxDialog)
    await until(pilot, lambda: inbox.view.messages.entries)
    return inbox


def current(inbox: InboxDialog) -> str:
    """The text of the message that the keys concern."""
    entry = inbox.view.messages.current
    return entry.text if entry else ""


async def test_the_unacked_come_first_the_oldest_on_top(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    [first, *_] = mail.inbox_of_human(registry, team.session).unacked
    mail.ack_those(registry, team.session, [first])
    send.send(registry, team.director, [team.others["drafter"]], "Not for the human.")
    async with a_room(source, team.session) as (_, pilot):
        await pilot.press("f2")
        inbox = await an_inbox(pilot, "i")
        entries = inbox.view.messages.entries
        assert [entry.text for entry in entries] == [WORDS[1], WORDS[2], WORDS[0]]
        assert "For you  2 unacked" in picture(pilot)
        await pilot.press("i")
        assert isinstance(pilot.app.screen, ControlRoom)


async def test_nobody_is_told_of_an_ack_that_can_be_undone(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (_, pilot):
        inbox = await an_inbox(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "2 unacked · 1 being acked" in picture(pilot))
        assert current(inbox) == WORDS[1]
        assert states(registry, team) == [OPEN, OPEN, OPEN]
        await pilot.press("a", "u", "u")
        await until(pilot, lambda: "unacked as before" in picture(pilot))
        assert current(inbox) == WORDS[0]
        assert "3 unacked" in picture(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "nothing was acked" in picture(pilot))
    assert states(registry, team) == [OPEN, OPEN, OPEN]


async def test_an_ack_is_written_once_it_cannot_be_undone(
    registry: Registry,
    source: OpenSource,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ack_queue, "UNDO_SECONDS", 0.0)
    async with a_room(source, team.session) as (_, pilot):
        inbox = await an_inbox(pilot)
        await pilot.press("a")
        await until(pilot, lambda: states(registry, team) == [ACKED, OPEN, OPEN])
        await until(pilot, lambda: "✓ acked 1 message" in picture(pilot))
        await until(pilot, lambda: inbox.view.messages.entries[-1].text == WORDS[0])
        assert current(inbox) == WORDS[1]
        await pilot.press("u")
        assert states(registry, team) == [ACKED, OPEN, OPEN]


async def test_what_was_acked_is_written_when_the_room_closes(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (_, pilot):
        await an_inbox(pilot)
        await pilot.press("A")
        await until(pilot, lambda: "0 unacked · 3 being acked" in picture(pilot))
        await pilot.press("escape")
        assert states(registry, team) == [OPEN, OPEN, OPEN]
    assert states(registry, team) == [ACKED, ACKED, ACKED]


async def test_an_ack_can_be_undone_after_the_inbox_was_closed(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (_, pilot):
        await an_inbox(pilot)
        await pilot.press("a", "escape")
        await an_inbox(pilot)
        assert "2 unacked · 1 being acked" in picture(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "3 unacked" in picture(pilot))
    assert states(registry, team) == [OPEN, OPEN, OPEN]


async def test_the_marked_ones_are_acked_together(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (_, pilot):
        inbox = await an_inbox(pilot)
        await pilot.press("space", "space", "up", "space")
        assert "1 marked" in picture(pilot)
        await pilot.press("end", "space")
        assert "2 marked" in picture(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "1 unacked · 2 being acked" in picture(pilot))
        assert current(inbox) == WORDS[1]
    assert states(registry, team) == [ACKED, OPEN, ACKED]


async def test_one_that_is_taken_back_meanwhile_does_not_hinder_the_others(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (_, pilot):
        await an_inbox(pilot)
        await pilot.press("A")
        await until(pilot, lambda: "3 being acked" in picture(pilot))
        newest = pages.newest(registry, team.session.session_id)[-1]
        cancel.cancel(registry, team.caller("drafter"), newest.task_id)
    assert states(registry, team) == [ACKED, ACKED, TaskState.CANCELED]


class Locked(RegistrySource):
    """A registry in which nothing can be acked."""

    def ack_those(self, session: Session, entries: Collection[Entry]) -> None:
        raise RegistryError("database is locked")


async def test_an_ack_that_fails_is_said_and_the_message_is_unacked(
    registry_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ack_queue, "UNDO_SECONDS", 0.0)
    settings = Settings(registry=str(registry_path))
    async with a_room(lambda: Locked(settings), team.session) as (_, pilot):
        await an_inbox(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "Not acked: database is locked" in picture(pilot))
        await until(pilot, lambda: "3 unacked" in picture(pilot))
        await pilot.press("escape")
        assert "Not acked: database is locked" in picture(pilot)


async def test_the_whole_message_is_opened_acked_and_answered(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (room, pilot):
        inbox = await an_inbox(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))
        await pilot.press("a")
        await until(pilot, lambda: "1 being acked" in picture(pilot))
        assert current(inbox) == WORDS[1]
        await pilot.press("enter", "r")
        await until(pilot, lambda: pilot.app.screen is room)
        await pilot.press(*"SQLite", "enter")
        await until(pilot, lambda: len(states(registry, team)) == 3 and sent(registry))
        await until(pilot, lambda: states(registry, team)[1] == ACKED)
        assert states(registry, team) == [OPEN, ACKED, OPEN]


def sent(registry: Registry) -> object:
    """Whether the human's answer is stored."""
    return registry.row("SELECT 1 FROM tasks WHERE text LIKE '%SQLite%'")


async def test_r_answers_from_the_list(source: OpenSource, team: Team) -> None:
    async with a_room(source, team.session) as (room, pilot):
        await an_inbox(pilot)
        await pilot.press("down", "r")
        await until(pilot, lambda: pilot.app.screen is room)
        await until(pilot, lambda: "drafter" in room.regions.composer.draft.text)
        assert room.regions.composer.draft.has_focus


async def test_what_comes_while_it_is_open_moves_nothing(
    registry: Registry, source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (_, pilot):
        inbox = await an_inbox(pilot)
        await pilot.press("down")
        send.send(registry, team.director, [team.administrator], "One more.")
        await until(pilot, lambda: "4 unacked" in picture(pilot))
        assert current(inbox) == WORDS[1]
        assert inbox.view.messages.entries[3].text == "One more."


async def test_a_click_goes_to_a_message_and_another_opens_it(
    source: OpenSource, team: Team
) -> None:
    async with a_room(source, team.session) as (_, pilot):
        inbox = await an_inbox(pilot)
        await pilot.click(inbox.view, offset=(20, 3))
        assert current(inbox) == WORDS[2]
        await pilot.click(inbox.view, offset=(20, 3))
        await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))


async def test_a_read_only_room_acks_nothing(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    settings = Settings(registry=str(registry_path), read_only=True)
    app = CafleetApp(lambda: RegistrySource(settings), settings, team.session)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(app, pilot)
        await an_inbox(pilot)
        await pilot.press("a", "A", "space", "r")
        await until(pilot, lambda: "read-only" in picture(pilot))
        assert "3 unacked" in picture(pilot)
    assert states(registry, team) == [OPEN, OPEN, OPEN]
