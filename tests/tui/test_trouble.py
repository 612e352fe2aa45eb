"""Trouble around the room: told in words with the way out, survived, and nothing is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import NotFound, RegistryError
from cafleet_core.records import Sent
from cafleet_tui.data import error_words
from tests.team import Team, a_team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns
from tests.tui.rooms import a_room, picture, source_of, until

_LOCK = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN " + sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""

_CHATTER = """
import sys, time
from contextlib import closing
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import open_registry
path, session_id, count, every = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
with closing(open_registry(path)) as registry:
    team = {a.name: a for a in agents.listed(registry, sessions.find(registry, session_id))}
    begun = time.monotonic()
    for number in range(int(count)):
        time.sleep(max(0.0, begun + number * every - time.monotonic()))
        messages.send(registry, team["drafter"], [team["reviewer"]], f"number {number}.")
"""


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@contextmanager
def locked(path: Path, how: str) -> Iterator[None]:
    """Another process holds the registry's lock."""
    with subprocess.Popen(
        [sys.executable, "-c", _LOCK, str(path), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.communicate("")


def moved(path: Path) -> Path:
    """The registry with all that belongs to it is elsewhere."""
    away = path.with_suffix(".away")
    with sqlite3.connect(path) as last:
        last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    last.close()
    path.rename(away)
    for side in ("-wal", "-shm"):
        Path(f"{path}{side}").unlink(missing_ok=True)
    return away


def say(registry: Registry, team: Team, text: str) -> Sent:
    sender, recipient = team.others["drafter"], team.others["reviewer"]
    return send.send(registry, sender, [recipient], text)


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
async def test_a_locked_registry_keeps_the_message_and_the_screen_goes_on(
    registry: Registry,
    registry_path: Path,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr("cafleet_core.storage.sqlite_file.BUSY_SECONDS", 4.0)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        with locked(registry_path, how):
            await pilot.press(*"@drafter hello", "enter")
            await pilot.press(*"@all n", "escape")
            assert "Not sent" not in picture(pilot), "the screen stood still"
            await until(pilot, lambda: "Not sent, the draft is kept" in picture(pilot))
            assert "registry.db is busy" in picture(pilot)
            await until(pilot, lambda: "trying again" in picture(pilot))
            assert room.regions.composer.draft.text == "@all n"
            for _ in range(6):
                await pilot.press("backspace")
            await until(
                pilot, lambda: room.regions.composer.draft.text == "@drafter hello"
            )
        await until(pilot, lambda: "registry ok" in picture(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "sent to drafter" in picture(pilot))
    (entry,) = pages.newest(registry, team.session.session_id)
    assert entry.text == "hello"


async def test_a_registry_that_is_deleted_is_not_made_anew(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    say(registry, team, "said before")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        registry_path.unlink()
        await until(pilot, lambda: "put it back" in picture(pilot))
        await pilot.press(*"@drafter hello", "enter")
        await until(pilot, lambda: "Not sent" in picture(pilot))
        assert room.regions.composer.draft.text == "@drafter hello"
        assert "said before" in picture(pilot)
        assert not registry_path.exists()


async def test_a_registry_that_is_moved_away_and_put_back(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    say(registry, team, "said before")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        registry.close()
        away = moved(registry_path)
        await until(pilot, lambda: "put it back" in picture(pilot))
        assert "/" not in picture(pilot).splitlines()[0], "folders say nothing here"
        await pilot.press(*"@drafter hello", "enter")
        await until(pilot, lambda: "Not sent" in picture(pilot))
        assert not registry_path.exists()
        away.replace(registry_path)
        await until(pilot, lambda: "registry ok" in picture(pilot))
        assert "said before" in picture(pilot)
        assert room.regions.composer.draft.text == "@drafter hello"
        await pilot.press("enter")
        await until(pilot, lambda: "sent to drafter" in picture(pilot))
        with closing(open_registry(registry_path)) as again:
            await until(pilot, lambda: "hello" in picture(pilot))
            say(again, team, "said after")
            await until(pilot, lambda: "said after" in picture(pilot))


async def test_a_registry_without_the_session_in_its_place(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await pilot.press(*"@drafter draft")
        registry.close()
        away = moved(registry_path)
        open_registry(registry_path).close()
        await until(pilot, lambda: "not in the registry" in picture(pilot))
        assert "Ctrl+O opens another" in picture(pilot)
        assert "@drafter draft" in picture(pilot)
        away.replace(registry_path)
        await until(pilot, lambda: "registry ok" in picture(pilot))


async def test_a_newer_program_migrates_the_registry(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    say(registry, team, "said before")
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        before = registry.revision()
        with closing(open_registry(registry_path)) as newer:
            newer.mark(before + 1, oldest_reader=before + 1)
        await until(pilot, lambda: "upgrade cafleet" in picture(pilot))
        await pilot.press(*"@drafter hello", "enter")
        await until(pilot, lambda: "Not sent" in picture(pilot))
        assert "said before" in picture(pilot)
        registry.mark(before, oldest_reader=before)
        await until(pilot, lambda: "registry ok" in picture(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "sent to drafter" in picture(pilot))


async def test_rubbish_in_the_place_of_the_registry(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        registry.close()
        away = moved(registry_path)
        registry_path.write_bytes(b"not a database at all" * 100)
        await until(pilot, lambda: "damaged or no registry" in picture(pilot))
        away.replace(registry_path)
        await until(pilot, lambda: "registry ok" in picture(pilot))


async def test_a_session_that_is_deleted_meanwhile(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session, (80, 24)) as (_, pilot):
        sessions.delete(registry, team.session.session_id)
        await until(pilot, lambda: "this session is deleted" in picture(pilot))
        assert "Ctrl+O opens another" in picture(pilot)


async def test_panes_and_their_server_go_and_come_back(
    registry: Registry, registry_path: Path, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "drafter", "reviewer")
    pane = team.others["drafter"].placement.tmux_pane_id or ""  # type: ignore[union-attr]
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await until(pilot, lambda: "panes ok" in picture(pilot))
        terminal.tmux("kill-pane", "-t", pane)
        await until(pilot, lambda: "pane gone" in picture(pilot))
        assert "panes ok" in picture(pilot)
        terminal.close()
        await until(pilot, lambda: "all panes gone: messages wait" in picture(pilot))
        await pilot.press(*"@drafter still there?", "enter")
        await until(pilot, lambda: "sent to drafter" in picture(pilot))
        assert "panes ok" not in picture(pilot)
        again = Terminal(Path(terminal.socket), registry_path)
        try:
            home = again.here(again.standin(log_of(tmp_path, "helper")))
            agents.register(
                registry,
                team.session,
                *("helper", "The helper"),
                here=home,
                coding_agent="standin",
            )
            await until(pilot, lambda: "panes ok" in picture(pilot))
            await pilot.press(*"@helper welcome", "enter")
            await until(pilot, lambda: "delivered" in picture(pilot))
            assert eventually(lambda: turns(log_of(tmp_path, "helper")))
        finally:
            again.close()
    said = [entry.text for entry in pages.newest(registry, team.session.session_id)]
    assert said == ["still there?", "welcome"]


async def test_twenty_five_messages_a_second_arrive_in_order_while_one_writes(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    count = 100
    text = "the screen answers every key while it rains"
    argv = [str(registry_path), team.session.session_id, str(count), "0.04"]
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        with subprocess.Popen([sys.executable, "-c", _CHATTER, *argv]) as chatter:
            await until(pilot, lambda: "number " in picture(pilot))
            slowest = 0.0
            for letter in text:
                begun = time.monotonic()
                await pilot.press(letter)
                slowest = max(slowest, time.monotonic() - begun)
            await until(pilot, lambda: chatter.poll() is not None)
        await until(pilot, lambda: f"number {count - 1}." in picture(pilot))
        assert room.regions.composer.draft.text == text
        assert slowest < 5.0
        index = room.regions.timeline._index
        shown = [index[at].text for at in range(len(index))]
        assert shown == [f"number {n}." for n in range(count)]
        assert room.regions.timeline.following


def test_trouble_is_said_without_folders_and_with_what_comes_next() -> None:
    busy = RegistryError("registry /home/you/.local/x/registry.db is busy: wait.")
    assert error_words.words(busy) == "registry registry.db is busy: wait; trying again"
    assert "Ctrl+O" in error_words.words(NotFound("session 'x' not found."))
