"""The room ends when its terminal is gone, whatever it is doing and whoever ignores SIGHUP."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_tui.terminal.end import ENDING_SECONDS
from tests.team import Team, a_team
from tests.terminal import Terminal, command_line, environment, eventually

HUNG_UP = 128 + signal.SIGHUP
IGNORING_SIGHUP = ("sh", "-c", "trap '' HUP; exec \"$@\"", "sh")
CONTROLLED = ("setsid", "--ctty")


class BareRoom:
    """`cafleet tui` on a terminal that the test holds the other end of."""

    def __init__(
        self, registry_path: Path, *words: str, start: tuple[str, ...]
    ) -> None:
        self._end, inner = os.openpty()
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("4H", 40, 120, 0, 0))
        self.process = subprocess.Popen(
            [*start, *command_line("tui", *words)],
            env=environment(registry_path, TERM="xterm-256color"),
            stdin=inner,
            stdout=inner,
            stderr=subprocess.DEVNULL,  # nothing is drawn there
        )
        os.close(inner)
        self.drawn = b""

    def shows(self, words: str) -> bool:
        """Take what was drawn since; whether the words are in all of it."""
        with suppress(OSError):  # it has ended: nothing more comes
            while select.select([self._end], [], [], 0)[0]:
                self.drawn += os.read(self._end, 65536)
        return words.encode() in self.drawn

    def await_words(self, words: str) -> None:
        """Wait until the words have been drawn."""
        eventually(lambda: self.shows(words), 30)

    def type(self, keys: bytes) -> None:
        """Write what a terminal sends for keys."""
        os.write(self._end, keys)

    def children(self) -> str:
        """The processes that its threads have started, and wait for."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return "".join(task.read_text("ascii") for task in tasks)

    def is_stuck(self) -> bool:
        """Whether its main thread waits for another, as the one that writes."""
        pid = self.process.pid
        return "futex" in Path(f"/proc/{pid}/task/{pid}/wchan").read_text("ascii")

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self._end)

    def close(self) -> None:
        """Kill what has not ended."""
        self.process.kill()
        self.process.wait()


StartRoom = Callable[..., BareRoom]


@pytest.fixture
def start_room(registry_path: Path) -> Iterator[StartRoom]:
    rooms: list[BareRoom] = []

    def start(*words: str, start: tuple[str, ...] = IGNORING_SIGHUP) -> BareRoom:
        rooms.append(BareRoom(registry_path, *words, start=start))
        return rooms[-1]

    yield start
    for room in rooms:
        room.close()


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@pytest.mark.parametrize(
    "start", [(), CONTROLLED, IGNORING_SIGHUP, CONTROLLED + IGNORING_SIGHUP]
)
def test_a_room_ends_when_its_terminal_hangs_up(
    start_room: StartRoom, team: Team, start: tuple[str, ...]
) -> None:
    room = start_room("--session-id", team.session.session_id, start=start)
    room.await_words("drafter")
    room.hang_up()
    assert room.process.wait(4) == HUNG_UP


def test_the_picker_ends_when_its_terminal_hangs_up(start_room: StartRoom) -> None:
    room = start_room()
    room.await_words("Sessions")
    room.hang_up()
    assert room.process.wait(4) == HUNG_UP


@pytest.mark.parametrize(("key", "title"), [(b"\x1bOP", "Keys"), (b"\x10", "Search")])
def test_a_room_with_a_dialog_open_ends_when_its_terminal_hangs_up(
    start_room: StartRoom, team: Team, key: bytes, title: str
) -> None:
    room = start_room("--session-id", team.session.session_id)
    room.await_words("drafter")
    room.type(key)
    room.await_words(title)
    room.hang_up()
    assert room.process.wait(4) == HUNG_UP


@pytest.mark.parametrize("drawn", ["", "\x1b[?1049h", "\x1b[?25l"])
def test_a_room_that_is_starting_ends_when_its_terminal_hangs_up(
    start_room: StartRoom, team: Team, drawn: str
) -> None:
    room = start_room("--session-id", team.session.session_id)
    room.await_words(drawn)
    room.hang_up()
    assert room.process.wait(20) in {2, HUNG_UP}


def test_a_room_that_is_interrupted_while_it_starts_restores_the_terminal(
    start_room: StartRoom, team: Team
) -> None:
    room = start_room("--session-id", team.session.session_id)
    room.await_words("\x1b[?1049h")
    room.process.send_signal(signal.SIGINT)
    room.await_words("\x1b[?1049l\x1b[?25h")
    assert room.process.wait(8) == 128 + signal.SIGINT


def test_a_room_that_waits_for_tmux_ends_when_its_terminal_hangs_up(
    start_room: StartRoom, registry: Registry, terminal: Terminal
) -> None:
    pane = terminal.shell()
    team = a_team(registry, "drafter", here=terminal.here(pane))
    room = start_room("--session-id", team.session.session_id)
    room.await_words("drafter")
    server = int(terminal.tmux("display-message", "-p", "#{pid}"))
    os.kill(server, signal.SIGSTOP)
    try:
        room.type(b"@Director hello\r")
        eventually(room.children)
        room.hang_up()
        assert room.process.wait(8) == HUNG_UP
    finally:
        os.kill(server, signal.SIGCONT)


def test_a_signal_ends_a_room_whose_terminal_takes_nothing_more(
    start_room: StartRoom, team: Team
) -> None:
    room = start_room("--session-id", team.session.session_id)
    room.await_words("drafter")
    room.type(b"\x1bOP" * 100)  # the help, opened and closed, which nobody reads
    eventually(room.is_stuck, 30)
    room.process.terminate()
    assert room.process.wait(ENDING_SECONDS + 4) == 128 + signal.SIGTERM


@pytest.mark.parametrize("command", ["kill-server", "kill-pane"])
@pytest.mark.parametrize("start", [(), IGNORING_SIGHUP])
def test_a_room_ends_with_its_tmux_pane(
    terminal: Terminal, team: Team, command: str, start: tuple[str, ...]
) -> None:
    tui = command_line("tui", "--session-id", team.session.session_id)
    pane = terminal.pane([*start, *tui])
    eventually(lambda: "drafter" in terminal.screen(pane), 30)
    pid = terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}")
    aim = ("-t", pane) if command == "kill-pane" else ()
    terminal.tmux(command, *aim)
    eventually(partial(has_ended, pid), 8)


def has_ended(pid: str) -> bool:
    return not Path("/proc", pid).exists()
