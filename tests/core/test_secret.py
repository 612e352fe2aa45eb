"""A program that takes whole lines and shows none of them reads a password."""

from __future__ import annotations

import os
import pty
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.panes.reading import secret

PID = 77


@pytest.fixture
def terminal() -> Iterator[int]:
    """A terminal of its own, that is nobody's controlling terminal."""
    ends = pty.openpty()
    yield ends[1]
    for end in ends:
        os.close(end)


def reads_from(folder: Path, target: str | Path) -> str:
    """The folder of processes of which `PID` reads from this file."""
    (folder / f"{PID}/fd").mkdir(parents=True)
    (folder / f"{PID}/fd/0").symlink_to(target)
    return str(folder)


@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("echo", [True, False])
def test_whole_lines_without_echo_are_a_password(
    terminal: int, tmp_path: Path, lines: bool, echo: bool
) -> None:
    modes = termios.tcgetattr(terminal)
    modes[3] = termios.ICANON * lines | termios.ECHO * echo | termios.ISIG
    termios.tcsetattr(terminal, termios.TCSANOW, modes)
    proc = reads_from(tmp_path, os.ttyname(terminal))
    assert secret.is_asked_for(PID, proc) is (lines and not echo)


def test_what_reads_from_no_terminal_reads_no_password(tmp_path: Path) -> None:
    assert secret.is_asked_for(PID, str(tmp_path)) is False
    os.mkfifo(tmp_path / "pipe")  # that nobody writes to
    assert secret.is_asked_for(PID, reads_from(tmp_path, tmp_path / "pipe")) is False


def test_a_look_takes_no_terminal_over(terminal: int, tmp_path: Path) -> None:
    """As a background process without one would, which then ended with that pane."""
    proc = reads_from(tmp_path, os.ttyname(terminal))
    assert not secret.is_asked_for(PID, proc)
    looker = os.fork()
    if not looker:
        try:
            os.setsid()
            secret.is_asked_for(PID, proc)
            os.open("/dev/tty", os.O_RDONLY)
        except OSError:
            os._exit(0)
        os._exit(1)
    assert os.waitpid(looker, 0)[1] == 0
