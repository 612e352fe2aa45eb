"""Record a program's screen on a private tmux server."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_LOOK_SECONDS = 0.06
_KEY_SECONDS = 0.07
_PATIENCE = 60.0
_SETTINGS = """\
set -as terminal-features ',*:RGB'
set -g default-terminal tmux-256color
set -s escape-time 10
set -g status-style "bg=#191c23 fg=#949cad"
set -g pane-active-border-style "fg=#86aaf5"
set -g pane-border-style "fg=#727a8a"
"""
_SEEN_BY_NOBODY = ("TMUX", "TMUX_PANE", "NO_COLOR", "TEXTUAL_THEME")


class Frame(NamedTuple):
    """A screen with colours, the time when it was first seen, and its caption."""

    at: float
    screen: str
    caption: str


class Step(NamedTuple):
    """Keys to press, the text to wait for, and a pause afterwards.

    A key of one character is typed as text, a longer one is tmux's name of a key.
    """

    caption: str
    keys: Sequence[str]
    until: str
    pause: float = 1.0


class Camera:
    """A terminal, and every screen that it has shown."""

    def __init__(self, socket: Path) -> None:
        self._socket = str(socket)
        self._caption = ""
        self.frames: list[Frame] = []

    def play(self, step: Step) -> None:
        """Press the step's keys and record until its text is shown; raises TimeoutError."""
        self._caption = step.caption
        for key in step.keys:
            self._press(key)
            self._watch(_KEY_SECONDS)
        deadline = time.monotonic() + _PATIENCE
        while step.until not in self._tmux("capture-pane", "-p"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the screen never showed '{step.until}'")
            self._watch(_LOOK_SECONDS)
        self._watch(step.pause)

    def _press(self, key: str) -> None:
        literal = ("-l",) if len(key) == 1 else ()
        self._tmux("send-keys", *literal, "--", key)

    def _watch(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._look()
            time.sleep(_LOOK_SECONDS)

    def _look(self) -> None:
        screen = self._tmux("capture-pane", "-p", "-e", "-N")
        last = self.frames[-1] if self.frames else None
        if last is None or (last.screen, last.caption) != (screen, self._caption):
            self.frames.append(Frame(time.monotonic(), screen, self._caption))

    def _tmux(self, *arguments: str) -> str:
        return tmux(self._socket, *arguments)


@contextmanager
def camera(argv: Sequence[str], columns: int, rows: int) -> Iterator[Camera]:
    """Run `argv` in a terminal and a home folder of its own, both removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="cafleet-movie-") as scratch:
        home = Path(scratch)
        (home / ".tmux.conf").write_text(_SETTINGS, encoding="utf-8")
        socket = home / "terminal"
        size = ("-x", str(columns), "-y", str(rows))
        unset = [word for name in ("TMUX", "TMUX_PANE") for word in ("-u", name)]
        tmux(
            str(socket),
            *("-f", os.devnull, "new-session", "-d", *size, "--", "env", *unset, *argv),
            environment=_environment(home),
        )
        try:
            tmux(str(socket), "set-option", "-g", "status", "off")
            yield Camera(socket)
        finally:
            for server in (socket, *home.glob("tmux-*/default")):
                tmux(str(server), "kill-server")


def tmux(
    socket: str, *arguments: str, environment: dict[str, str] | None = None
) -> str:
    """The output of a tmux command on the server at this socket."""
    done = subprocess.run(
        ["tmux", "-u", "-S", socket, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _environment(home: Path) -> dict[str, str]:
    """The environment of the recorded terminal, without the user's settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _SEEN_BY_NOBODY
        and not name.startswith(("CAFLEET_", "XDG_", "LC_"))
    }
    own = {
        "HOME": str(home),
        "TMUX_TMPDIR": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "COLORTERM": "truecolor",
        "TZ": "UTC",
    }
    return kept | own
