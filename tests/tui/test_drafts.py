"""Drafts on disk: they come back after a crash, unless they were sent."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from pathlib import Path
from queue import Queue

import pytest
from textual.message import Message

from cafleet_core import ids
from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_tui.data.draft_store import (
    DraftFound,
    DraftStore,
    DraftUnkept,
    SavedDraft,
    path_of,
    read,
)
from tests.team import Team, a_team
from tests.terminal import PATIENCE, Terminal, command_line, eventually
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


class Inbox:
    """Takes in what the keeper tells."""

    def __init__(self) -> None:
        self.posted: Queue[Message] = Queue()

    def post_message(self, message: Message) -> bool:
        self.posted.put(message)
        return True


def keeping(path: Path, *drafts: SavedDraft) -> Inbox:
    """Run a keeper that is given these, to its end; what it told."""
    inbox = Inbox()
    store = DraftStore(str(path), inbox)
    store.start()
    if drafts:
        store.keep(drafts)
    store.stop(PATIENCE)
    assert not store.is_alive()
    return inbox


def test_a_draft_is_its_owners_alone_and_comes_back_whole(tmp_path: Path) -> None:
    path = Path(path_of(str(tmp_path / "state"), "s1"))
    text = "@all [bold]界\u200d\n" + "x" * 100_000
    drafts = (SavedDraft(text, "task-1", "task-2"), SavedDraft("second"))
    keeping(path, *drafts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    restored = keeping(path).posted.get_nowait()
    assert isinstance(restored, DraftFound)
    assert restored.drafts == drafts
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_nothing_unsent_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "drafts" / "s1.json"
    store = DraftStore(str(path), Inbox())
    store.start()
    store.keep([SavedDraft("soon sent")])
    eventually(path.exists)
    store.keep([])
    eventually(lambda: not path.exists())
    store.stop(PATIENCE)


def test_a_draft_that_an_earlier_version_stored_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "s1.json"
    path.write_text('[["@all hello", null]]')
    assert read(str(path)) == (SavedDraft("@all hello"),)


@pytest.mark.parametrize(
    "rubbish", ["", "{", "[1]", '{"a": 1}', '"text"', "[[]]", "[[1, 2, 3, 4]]"]
)
def test_a_file_that_is_no_draft_is_passed_over(tmp_path: Path, rubbish: str) -> None:
    path = tmp_path / "s1.json"
    path.write_text(rubbish)
    assert read(str(path)) == ()


def test_a_draft_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    in_the_way = tmp_path / "drafts"
    in_the_way.write_text("a file")
    posted = keeping(in_the_way / "s1.json", SavedDraft("x")).posted.get_nowait()
    assert isinstance(posted, DraftUnkept)
    assert posted.reason


def test_a_draft_that_cannot_take_its_place_leaves_nothing_beside(
    tmp_path: Path,
) -> None:
    in_the_way = tmp_path / "drafts" / "s1.json"
    in_the_way.mkdir(parents=True)
    assert isinstance(
        keeping(in_the_way, SavedDraft("x")).posted.get_nowait(), DraftUnkept
    )
    assert list(in_the_way.parent.iterdir()) == [in_the_way]


def test_a_killed_room_loses_no_draft(
    registry_path: Path, terminal: Terminal, team: Team
) -> None:
    session_id = team.session.session_id
    kept = registry_path.parent / "state" / "cafleet" / "drafts" / f"{session_id}.json"
    room = terminal.pane(command_line("tui", "--session-id", session_id))
    eventually(lambda: "drafter" in terminal.screen(room))
    for keys in (["-l", "@drafter the first line"], ["C-j"], ["-l", "and the second"]):
        terminal.keys(room, *keys)
    eventually(lambda: kept.exists() and "and the second" in kept.read_text("utf-8"))
    [[text, reply_to, _task_id]] = json.loads(kept.read_text("utf-8"))
    assert (text, reply_to) == ("@drafter the first line\nand the second", None)
    pid = terminal.tmux("display-message", "-p", "-t", room, "#{pane_pid}")
    os.kill(int(pid), signal.SIGKILL)
    again = terminal.pane(command_line("tui", "--session-id", session_id))
    eventually(lambda: "and the second" in terminal.screen(again))
    assert "Sending as Administrator → drafter" in terminal.screen(again)
    terminal.keys(again, "Enter")
    eventually(lambda: "sent to drafter" in terminal.screen(again))
    eventually(lambda: not kept.exists())


@pytest.mark.parametrize("lives_on", [0, 0.02, 0.1, 0.4])
def test_a_room_that_is_killed_while_it_sends_has_sent_or_has_the_draft_never_both(
    registry: Registry,
    registry_path: Path,
    terminal: Terminal,
    team: Team,
    lives_on: float,
) -> None:
    session_id = team.session.session_id
    kept = registry_path.parent / "state" / "cafleet" / "drafts" / f"{session_id}.json"
    room = terminal.pane(command_line("tui", "--session-id", session_id))
    eventually(lambda: "drafter" in terminal.screen(room))
    pid = terminal.tmux("display-message", "-p", "-t", room, "#{pane_pid}")
    terminal.keys(room, "-l", "@drafter Deploy it.")
    eventually(lambda: kept.exists() and "Deploy it." in kept.read_text("utf-8"))
    terminal.keys(room, "Enter")
    time.sleep(lives_on)  # how far it comes: that is what is tried
    os.kill(int(pid), signal.SIGKILL)
    again = terminal.pane(command_line("tui", "--session-id", session_id))
    eventually(lambda: "Sending as" in terminal.screen(again))
    sent = pages.newest(registry, session_id)
    eventually(lambda: "Deploy it." in terminal.screen(again))
    eventually(lambda: kept.exists() != bool(sent))
    has_draft = "→ drafter" in terminal.screen(again).split("Sending as")[1]
    assert has_draft != bool(sent)


async def test_a_draft_whose_message_is_stored_is_none_any_more(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    kept = tuple(SavedDraft(f"@drafter {each}", None, ids.new()) for each in "ab")
    drafter = team.others["drafter"]
    send.send(registry, team.administrator, [drafter], "a", head_id=kept[0].task_id)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.post_message(DraftFound(kept))
        await until(pilot, lambda: room.regions.composer.draft.text)
        assert room.regions.composer.draft.text == "@drafter b"
        await pilot.press("enter")
        await until(
            pilot, lambda: len(pages.newest(registry, team.session.session_id)) == 2
        )
        assert not room.regions.composer.draft.text
        assert {
            each.task_id for each in pages.newest(registry, team.session.session_id)
        } == {each.task_id for each in kept}


async def test_a_message_that_is_stored_is_not_stored_again(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    draft = SavedDraft("@all again", None, ids.new())
    send.broadcast(registry, team.administrator, "again", head_id=draft.task_id)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.composer.restore([draft])
        await pilot.press("enter")
        await until(pilot, lambda: "was sent already" in picture(pilot))
    assert len(pages.newest(registry, team.session.session_id)) == 1
