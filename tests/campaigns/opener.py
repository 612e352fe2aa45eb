"""An agent that opens vim and less over its own screen, and is stopped, at random moments.

`opener.py LOG SEED FILE` in a shell with job control. A line of LOG is a list as JSON: what
is in front, null where it begins, else what was read there, and how many seconds it had
been in front by then. What a program is given passes through the agent, as in a terminal.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import select
import signal
import sys
import termios
import time
import tty

BOX = "box"
STOPPED = "stopped"
PROGRAMS = {"vim": ("vim", "-u", "NONE", "-n"), "less": ("less",)}

SHELL = """set -m
"$@"
while [ "$(jobs -p)" ]; do
  since=$EPOCHREALTIME
  if IFS= read -r -t 0.$((RANDOM % 3 + 1)) line; then
    printf '%s %s %s\\n' "$since" "$EPOCHREALTIME" "$line" >> "$STRAYS"
  fi
  fg %1 > /dev/null
done
"""
"""A shell that runs the agent, has it go on when it was stopped, and notes what it reads."""

_SCREEN = "some work was done\r\n\r\n────────\r\n❯\u00a0\r\n────────\r\n  ? for help"
_LOOKS = {"plain": ("", ""), "alternate": ("\x1b[?1049h", "\x1b[10;10H")}
_LONGEST = 0.6
"""Seconds that something is in front at most."""


class Opener:
    """The agent in its terminal."""

    def __init__(self, log: str, seed: str, file: str, look: str) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # to be repeated
        self._log = open(log, "a", encoding="utf-8", buffering=1)  # noqa: SIM115  # to the end
        self._file = file
        self._begin, self._park = _LOOKS[look]
        self._usual = termios.tcgetattr(0)
        self._state, self._since = "", 0.0

    def run(self) -> None:
        """Serve the terminal until it is gone."""
        while True:
            tty.setraw(0, termios.TCSANOW)  # what is on its way is kept
            begin = f"{self._begin}\x1b[?2004h\x1b[2J\x1b[H{_SCREEN}{self._park}"
            self._enter(BOX, begin)
            self._serve(None)
            kind = self._chance.choice([*PROGRAMS, STOPPED])
            self._enter(kind, "\x1b[?2004l\x1b[2J\x1b[H")
            if kind == STOPPED:
                termios.tcsetattr(0, termios.TCSANOW, self._usual)
                os.kill(os.getpid(), signal.SIGSTOP)
            else:
                self._open([*PROGRAMS[kind], self._file])

    def _enter(self, state: str, screen: str) -> None:
        os.write(1, screen.encode())
        self._state, self._since = state, time.monotonic()
        self._log.write(json.dumps([state, None, 0]) + "\n")

    def _open(self, argv: list[str]) -> None:
        """Run a program on a terminal of its own, which is shown on ours."""
        pid, descriptor = pty.fork()
        if pid == 0:
            os.execvp(argv[0], argv)  # noqa: S606  # no shell is wanted
        fcntl.ioctl(
            descriptor,
            termios.TIOCSWINSZ,
            fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8),
        )
        try:
            self._serve(descriptor)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(descriptor)
            os.write(1, b"\x1b[?1049l\x1b[?2004l\x1b[0m")

    def _serve(self, program: int | None) -> None:
        """Take in what comes for a while, and hand it to the program in front."""
        until = self._since + _LONGEST * self._chance.random()
        inputs = [0] if program is None else [0, program]
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select(inputs, [], [], left)
            if 0 in ready:
                self._take(program)
            if program in ready:
                try:
                    os.write(1, os.read(program, 65536))
                except OSError:  # the program has ended
                    inputs = [0]

    def _take(self, program: int | None) -> None:
        data = os.read(0, 65536)
        if not data:
            sys.exit()
        age = time.monotonic() - self._since
        self._log.write(json.dumps([self._state, data.decode(), age]) + "\n")
        if program is not None:
            os.write(program, data)


if __name__ == "__main__":
    Opener(*sys.argv[1:]).run()
