"""End the control room at a signal, and when its terminal is closed."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Protocol

from textual.app import App

ENDING_SECONDS = 5.0
"""Seconds for the way out of a room that must end: storing, restoring the terminal."""

SIGNALLED = 128
"""Added to a signal's number for the exit code of a program that it ended, as in shells."""

_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
_LOOK_EVERY_MS = 1000


class Failing(Protocol):
    """An application that ends at an unexpected exception."""

    def fail(self, error: Exception) -> None:
        """End at it; call it in the application's thread."""


def end_at_a_crash(app: Failing) -> None:
    """Have an unexpected exception in any thread end the application, as one in its own does.

    A thread that has ended is missed by the room: nothing is read, or no key arrives. Call
    it while the application's loop runs.
    """
    loop = asyncio.get_running_loop()

    def fail(crash: threading.ExceptHookArgs) -> None:
        if isinstance(crash.exc_value, Exception):
            with suppress(RuntimeError):  # the loop is closed: it has ended by itself
                loop.call_soon_threadsafe(app.fail, crash.exc_value)

    threading.excepthook = fail


class Ending(threading.Thread):
    """Ends an application at the first signal, or when the terminal hangs up.

    A thread of its own, because the application's may be waiting for a terminal that takes
    no output. If the way out takes longer than `ENDING_SECONDS`, the process ends. A
    terminal's hang-up counts as SIGHUP, which is not sent to processes that ignore it or
    that the terminal does not control.
    """

    def __init__(self, app: App[None], terminal: int) -> None:
        super().__init__(name="cafleet-ending", daemon=True)
        self._app = app
        self._terminal = terminal
        self._loop = asyncio.get_running_loop()
        self._signals, self._signalled = os.pipe()

    def start(self) -> None:
        """Begin to watch; call it in the main thread."""
        for number in _SIGNALS:
            signal.signal(number, self._note)
        super().start()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        os.write(self._signalled, bytes((number,)))

    def run(self) -> None:
        """Wait for a reason to end, then end."""
        code = SIGNALLED + self._reason()
        with suppress(RuntimeError):  # the loop is closed: it has ended by itself
            self._loop.call_soon_threadsafe(self._app.exit, None, code)
        time.sleep(ENDING_SECONDS)
        os._exit(code)

    def _reason(self) -> int:
        """Wait for a signal or a hang-up; the signal's number."""
        poll = select.poll()
        poll.register(self._signals, select.POLLIN)
        poll.register(self._terminal, 0)  # only wakes the thread at the end
        ready: list[tuple[int, int]] = []
        while not ready:
            ready = poll.poll(_LOOK_EVERY_MS)
        if self._signals in dict(ready):
            return os.read(self._signals, 1)[0]
        return signal.SIGHUP
