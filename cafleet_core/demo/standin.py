"""A stand-in for a coding agent: a terminal program without a language model."""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import sys
import termios
import time
from contextlib import contextmanager

from cafleet_core import clock
from cafleet_core.config import settings
from cafleet_core.demo import keys, screen, turns
from cafleet_core.demo.keys import Decoder, Event, Pasted, Pressed, Typed
from cafleet_core.demo.screen import Face, Screen
from cafleet_core.demo.worker import Identity, Worker
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = "CAFLEET_STANDIN_LOG"
BEHAVIOUR = "CAFLEET_STANDIN_BEHAVIOUR"

_KEYBOARD = 0
_CHUNK = 65536
_ESCAPE_SECONDS = 0.05


class StandIn:
    """The program: keys edit a draft, Enter submits it as a turn, turns cause work."""

    def __init__(
        self, name: str, worker: Worker, face: Screen, log: str | None
    ) -> None:
        self._name = name
        self._worker = worker
        self._screen = face
        self._log = log
        self._decoder = Decoder()
        self._draft = ""
        self._left = False

    def run(self, prompt: str | None) -> None:
        """Serve the terminal until the program ends; `prompt` is the first turn."""
        self._screen.say("", f"{self._name} · stand-in agent", screen.BOLD)
        self._screen.say("", "No language model in here.\n", screen.DIM)
        if prompt:
            self._submit(prompt)
        with _resizes() as resized:
            self._worker.advance()
            while not (self._left or self._worker.left):
                self._screen.paint(self._face())
                self._wait(resized)
                self._worker.advance()
        self._worker.stop()

    def _face(self) -> Face:
        work = self._worker
        return Face(self._draft, work.working, work.question, work.queued)

    def _wait(self, resized: int) -> None:
        source = self._worker.source
        watched = [_KEYBOARD, resized] + ([] if source is None else [source])
        ready, _, _ = select.select(watched, [], [], self._patience())
        if resized in ready:
            os.read(resized, _CHUNK)
            self._screen.repaint(self._face())
        if _KEYBOARD in ready:
            self._read()
        elif self._decoder.undecided:
            self._take(self._decoder.flush())

    def _patience(self) -> float | None:
        if self._decoder.undecided:
            return _ESCAPE_SECONDS
        due = self._worker.due
        return None if due is None else max(0.0, due - time.monotonic())

    def _read(self) -> None:
        try:
            data = os.read(_KEYBOARD, _CHUNK)
        except OSError:  # the terminal is gone
            data = b""
        if not data:
            self._left = True
        self._take(self._decoder.feed(data))

    def _take(self, events: list[Event]) -> None:
        for event in events:
            if self._worker.question:
                self._choose(event)
            else:
                self._edit(event)

    def _choose(self, event: Event) -> None:
        """Handle a key at a question; as in real agents, Enter takes the marked option."""
        if isinstance(event, Typed) and event.text[0] in "123456789":
            self._worker.answer(int(event.text[0]))
        elif event == Pressed(keys.ENTER):
            self._worker.answer(1)

    def _edit(self, event: Event) -> None:
        match event:
            case Typed(words) | Pasted(words):
                self._draft += words
            case Pressed(keys.NEW_LINE):
                self._draft += "\n"
            case Pressed(keys.BACKSPACE):
                self._draft = self._draft[:-1]
            case Pressed(keys.CLEAR):
                self._draft = ""
            case Pressed(keys.ESCAPE):
                self._worker.interrupt()
            case Pressed(keys.END):
                self._left = not self._draft
            case Pressed(keys.ENTER) if self._draft.strip():
                self._submit(self._draft)
                self._draft = ""

    def _submit(self, turn: str) -> None:
        if self._log:
            _append(self._log, json.dumps({"turn": turn, "at": clock.stamp()}))
        self._worker.submit(turn)


def _append(path: str, line: str) -> None:
    """Append with one write, so that several stand-ins can share the file."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, line.encode() + b"\n")
    finally:
        os.close(descriptor)


@contextmanager
def _terminal() -> Iterator[None]:
    """Raw input with bracketed paste; restores the terminal's modes afterwards."""
    before = termios.tcgetattr(_KEYBOARD)
    raw = termios.tcgetattr(_KEYBOARD)
    raw[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
    raw[0] &= ~(termios.BRKINT | termios.ISTRIP)
    raw[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(_KEYBOARD, termios.TCSANOW, raw)
    _write(screen.SETUP)
    try:
        yield
    finally:
        _write(screen.TEAR_DOWN)
        termios.tcsetattr(_KEYBOARD, termios.TCSADRAIN, before)


@contextmanager
def _resizes() -> Iterator[int]:
    """A file descriptor that becomes readable when the terminal's size changes."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.signal(signal.SIGWINCH, lambda *_: None)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    try:
        yield readable
    finally:
        signal.set_wakeup_fd(-1)
        os.close(readable)
        os.close(writable)


def _write(words: str) -> None:
    data = words.encode()
    while data:
        data = data[os.write(1, data) :]


def _size() -> tuple[int, int]:
    columns, rows = os.get_terminal_size(1)
    return max(1, columns), max(1, rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="standin", description="Stand in for a coding agent in this terminal."
    )
    parser.add_argument("--name", required=True, help="name of its agent")
    parser.add_argument(
        "--log",
        metavar="FILE",
        default=os.environ.get(LOG),
        help=f"append each turn as a line of JSON (default: ${LOG})",
    )
    parser.add_argument(
        "--behaviour",
        choices=turns.BEHAVIOURS,
        default=os.environ.get(BEHAVIOUR, turns.DEMO),
        help=f"only record, poll and ack, or answer as in the demo (default: ${BEHAVIOUR}, demo)",
    )
    parser.add_argument("prompt", nargs="?", help="a first turn")
    return parser.parse_args()


def main() -> None:
    """Run in this terminal until `/exit`, or Ctrl+D on an empty draft."""
    chosen = _arguments()
    if not (os.isatty(0) and os.isatty(1)):
        sys.exit("Error: a stand-in needs a terminal.")
    face = Screen(_write, _size)
    loaded = settings.load()
    identity = Identity(loaded.session_id, loaded.agent_id)
    who = turns.Profile(chosen.name, chosen.behaviour)
    stand_in = StandIn(chosen.name, Worker(who, identity, face.say), face, chosen.log)
    with _terminal():
        stand_in.run(chosen.prompt)


if __name__ == "__main__":
    main()
