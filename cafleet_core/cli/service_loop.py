"""The loop of a command that runs until a signal ends it, and its notes."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager, suppress

from cafleet_core.cli import output
from cafleet_core.errors import RegistryError, RegistryGone, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_TROUBLE_SECONDS = 1.0


class Ended(Exception):
    """A signal asks the loop to end."""


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """Inside it SIGTERM raises Ended; after it a caller in this process has its handler back."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def repeat(
    step: Callable[[], bool], rest: Callable[[], None], note: Callable[[str], None]
) -> None:
    """Repeat `step` until it is done; trouble of the registry or of tmux is noted once, and
    waited for.
    """
    trouble = ""
    while True:
        try:
            if not step():
                return
            trouble = ""
            rest()
        except RegistryGone:
            raise
        except (RegistryError, TmuxError) as error:
            if error.message != trouble:
                note(f"Trying again: {error.message}")
            trouble = error.message
            time.sleep(_TROUBLE_SECONDS)


def note(in_log: bool, whose: str, words: str) -> None:
    """Print a note on standard error; in the log of the background with time, process and whose."""
    if not in_log:
        output.note(words)
        return
    from cafleet_core import clock
    from cafleet_core.broker.supervision import background

    with suppress(OSError):
        background.cut(2)
    output.note(f"{clock.stamp()} {os.getpid()} {whose}: {words}")


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise Ended
