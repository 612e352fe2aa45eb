"""`y` copies: to where the text can be pasted from, and it says where that is."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import clipboard
from cafleet_core.views import CopyResult
from cafleet_tui.render.clipboard import outcome
from tests.team import Team, a_team
from tests.terminal import Terminal, command_line, environment, eventually
from tests.tui.rooms import a_room, picture, source_of, until

OSC_52 = "\x1b]52;c;" + b64encode(b"COPY ME").decode()


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "drafter")
    send.send(registry, team.others["drafter"], [team.administrator], "COPY ME")
    return team


@contextmanager
def looked_at(terminal: Terminal, kind: str) -> Iterator[bytearray]:
    """A terminal of this kind that looks at the tmux server; what tmux writes to it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    client = subprocess.Popen(
        ["tmux", "-u", "-S", terminal.socket, "attach"],
        env=environment(terminal.registry, TERM=kind),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    written = bytearray()

    def read() -> None:
        try:
            while block := os.read(ours, 65536):
                written.extend(block)
        except OSError:
            return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        eventually(lambda: terminal.tmux("list-clients"))
        yield written
    finally:
        client.kill()
        client.wait()
        reader.join()
        os.close(ours)


def sees(terminal: Terminal, room: str, words: str) -> bool:
    return words in terminal.screen(room)


@pytest.mark.parametrize(
    ("kind", "said", "passed_on"),
    [
        ("xterm-256color", "passed on to the terminal's clipboard", True),
        ("vt220", "the terminal does not take clipboards", False),
    ],
)
def test_in_tmux_the_text_is_in_its_buffer_and_in_a_terminal_that_takes_it(
    terminal: Terminal, team: Team, kind: str, said: str, passed_on: bool
) -> None:
    room = terminal.pane(command_line("tui", "--session-id", team.session.session_id))
    eventually(lambda: "COPY ME" in terminal.screen(room))
    with looked_at(terminal, kind) as written:
        terminal.tmux("select-window", "-t", room)
        for key, shown in (
            ("Tab", "c capture"),
            ("Tab", "c compose"),
            ("k", "⏎ details"),
        ):
            terminal.keys(room, key)
            eventually(partial(sees, terminal, room, shown))
        terminal.keys(room, "Enter")
        eventually(lambda: "y copy" in terminal.screen(room))
        terminal.keys(room, "y")
        eventually(lambda: said in terminal.screen(room))
        assert terminal.tmux("show-buffer") == "COPY ME"
        if passed_on:
            eventually(lambda: b"\x1b]52;" in written)


async def copied(pilot: Pilot[None]) -> list[str]:
    """Copy the newest message, and what was written to the terminal's clipboard."""
    written: list[str] = []
    driver = pilot.app._driver
    assert driver is not None
    driver.write = lambda data: written.append(data)  # type: ignore[method-assign]
    await pilot.press("escape", "tab", "tab", "k", "enter")
    await pilot.press("y")
    await until(pilot, lambda: written)
    return [each for each in written if "]52;" in each]


async def test_outside_tmux_the_terminal_gets_it_and_confirms_nothing(
    registry_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with a_room(source_of(registry_path), team.session) as (_room, pilot):
        assert await copied(pilot) == [OSC_52 + "\x07"]
        assert "does not say whether it took it" in picture(pilot)


async def test_a_tmux_that_is_gone_leaves_it_to_the_terminal(
    registry_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", "/nonexistent/tmux.sock,1,0")
    async with a_room(source_of(registry_path), team.session) as (_room, pilot):
        assert await copied(pilot) == [OSC_52 + "\x07"]
        assert "tmux did not take it" in picture(pilot)


def test_a_tmux_that_does_not_know_the_option_is_no_copy() -> None:
    result = clipboard.copy("x", {"TMUX": "/nonexistent/tmux.sock,1,0"})
    assert result is not None
    assert not result.in_buffer
    assert "no tmux server at /nonexistent/tmux.sock" in result.refusal
    assert outcome(CopyResult(in_buffer=False, refusal="\x1b[31m")).plain.startswith(
        "tmux did not take it"
    )
