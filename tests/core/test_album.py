"""Looking at many panes again and again: only what may differ is captured, and nothing is missed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cafleet_core import clock
from cafleet_core.panes.tmux import album, client, snapshot
from cafleet_core.panes.tmux.album import Album
from tests.terminal import Terminal, eventually


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The panes whose screens were taken, in order."""
    taken: list[str] = []
    call = client.call

    def recorded(arguments: list[str], **options: object) -> client.Reply:
        script = bytes(options.get("stdin", b"")).decode()  # type: ignore[call-overload]
        lines = [line.split() for line in script.splitlines()]
        taken.extend(words[-1] for words in lines if words[0] == "capture-pane")
        return call(arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "call", recorded)
    monkeypatch.setattr(album, "FEW", 0)
    return taken


class Looked:
    """Some panes, each with a program that repeats what is typed, and an album of them."""

    def __init__(self, terminal: Terminal, captured: list[str]) -> None:
        self.terminal = terminal
        self.captured = captured
        self.panes = [terminal.pane(["cat"]) for _ in range(3)]
        self.album = Album()

    def look(self) -> list[str]:
        """Look at all panes, and compare with what a plain look shows; who was captured."""
        del self.captured[:]
        seen = self.album.ask(self.terminal.socket, self.panes)
        taken = list(self.captured)
        now = snapshot.ask(self.terminal.socket, self.panes)
        assert seen._replace(unchanged=frozenset()) == now
        assert seen.unchanged == now.panes.keys() - set(taken)
        return taken

    def echoes(self, pane: str, word: str) -> None:
        """Wait until a pane shows a word as it was typed, and as its program repeats it."""
        eventually(lambda: self.terminal.screen(pane).count(word) == 2)

    def settle(self) -> None:
        """Look until no screen is taken any more."""
        eventually(lambda: not self.look())


@pytest.fixture
def looked(terminal: Terminal, captured: list[str]) -> Looked:
    panes = Looked(terminal, captured)
    assert panes.look() == panes.panes
    panes.settle()
    return panes


def test_only_the_pane_in_which_something_was_written_is_captured(
    looked: Looked,
) -> None:
    first, other, _ = looked.panes
    for pane in (first, other):
        looked.terminal.keys(pane, "hello", "Enter")
        looked.echoes(pane, "hello")
        assert looked.look() == [pane]
        looked.settle()


def test_writes_in_one_second_are_all_seen_though_the_cursor_stays(
    terminal: Terminal, captured: list[str]
) -> None:
    draw = "printf '\\033[H%s\\033[9;9H' \"$word\""
    pane = terminal.pane(["sh", "-c", f"stty -echo; while read word; do {draw}; done"])
    screens = Album()
    for number in range(10, 30):
        terminal.keys(pane, str(number), "Enter")
        eventually(lambda word=str(number): word in terminal.screen(pane))  # type: ignore[misc]
        seen = screens.ask(terminal.socket, [pane]).panes[pane]
        assert seen.screen.startswith(str(number))
    assert len(captured) >= 20


@pytest.mark.parametrize(
    "change",
    [
        ("resize-window", "-x", "90", "-y", "20"),
        ("copy-mode",),
        ("set-option", "-p", "@cafleet_state", "busy 1"),
        ("respawn-pane", "-k", "cat"),
        ("kill-pane",),
    ],
    ids=lambda change: change[0],
)
def test_what_changes_without_being_written_is_seen_at_once(
    looked: Looked, change: tuple[str, ...]
) -> None:
    pane, (command, *options) = looked.panes[1], change
    looked.terminal.tmux(command, "-t", pane, *options)
    looked.look()


@pytest.mark.parametrize(
    "change",
    [
        ("clear-history",),
        ("select-pane", "-T", "another title"),
        ("set-option", "-p", "@cafleet_agent_id", "0b5e"),
    ],
    ids=lambda change: change[0],
)
def test_what_only_a_command_changes_is_seen_at_a_thorough_look(
    looked: Looked, change: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    pane, (command, *options) = looked.panes[1], change
    if command == "clear-history":
        looked.terminal.keys(pane, *["Enter"] * 80)
        history = ("display-message", "-p", "-t", pane, "#{history_size}")
        eventually(lambda: int(looked.terminal.tmux(*history)))
        looked.settle()
    looked.terminal.tmux(command, "-t", pane, *options)
    monkeypatch.setattr(album, "THOROUGH_SECONDS", 0.0)
    looked.album._thorough_at.clear()
    assert looked.look() == [pane]


def test_a_screen_that_nobody_tells_of_is_taken_anew_in_time(
    looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album, "DUE_SECONDS", 0.0)
    assert looked.look() == looked.panes


def test_after_the_clock_was_set_every_screen_is_taken(
    looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = clock.here
    monkeypatch.setattr(clock, "here", lambda: here() - timedelta(hours=1))
    assert looked.look() == looked.panes


def test_a_server_that_is_gone_is_told_of_as_ever(looked: Looked) -> None:
    looked.terminal.tmux("kill-server")
    with pytest.raises(client.ServerSilent):
        looked.album.ask(looked.terminal.socket, looked.panes)
