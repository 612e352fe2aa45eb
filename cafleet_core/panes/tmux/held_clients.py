"""tmux clients that wait for one more script after their answer to the first.

A look at panes is mostly followed by typing, and a client takes longer to start than either
takes. tmux reads the second script from a pipe of this process, once it has carried out the
first.
"""

from __future__ import annotations

import _thread
import os
import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux.client_process import ClientProcess, TimedOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.panes.tmux.client_process import Ended

SCRIPT = ("source-file", "-")
"""The arguments of a client that reads its commands from standard input."""

_PIPE = "/proc/{}/fd/{}"
"""Where the client finds an end of a pipe of this process, and the server looks for it before."""

_END_SECONDS = 1.0
"""Seconds that a client may take to end that is fed nothing more."""

_wanted: set[int] = set()
"""The threads in which clients are to be held."""

_held: dict[tuple[int, str | None], HeldClient] = {}
"""The clients that wait, by thread and socket."""


class holding:  # noqa: N801  # used as a function is
    """Within it, `client.call` holds a client that was given a script, for the next script.

    One a server and thread; those that are left over are ended on leaving. None is held where
    the tmux on PATH is a script: that may want all of its input, or look at each command,
    before it starts the program.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        if not _is_wrapped():
            _wanted.add(_thread.get_ident())

    def __exit__(self, *_error: object) -> None:
        thread = _thread.get_ident()
        _wanted.discard(thread)
        for key in [key for key in _held if key[0] == thread]:
            _held.pop(key).release()


def are_wanted() -> bool:
    """Whether this thread is to hold clients."""
    return _thread.get_ident() in _wanted


def _is_wrapped() -> bool:
    """Whether the tmux on PATH is a script."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        try:
            program = os.open(f"{folder}/tmux", os.O_RDONLY)
        except OSError:
            continue
        try:
            return os.read(program, 2) == b"#!"
        finally:
            os.close(program)
    return False


def take(socket: str | None) -> HeldClient | None:
    """The client of a server that waits for this thread, which is held no longer."""
    return _held.pop((_thread.get_ident(), socket), None)


def keep(socket: str | None, client: HeldClient) -> None:
    """Hold a client that waits."""
    _held[_thread.get_ident(), socket] = client


class HeldClient:
    """A client that carries out two scripts; raises OSError if it cannot be started."""

    def __init__(self, tmux: Sequence[str]) -> None:
        self._mark = f"cafleet answered {os.urandom(8).hex()}\n"
        self._read, self._write = os.pipe()
        self._path = _PIPE.format(os.getpid(), self._read)
        self.has_missed = False
        """Whether it could not read the pipe of the second script: its server is elsewhere."""
        answered = ("display-message", "-p", self._mark.rstrip())
        then = (*SCRIPT, ";", *answered, ";", "source-file", self._path)
        try:
            self._process = ClientProcess([*tmux, *then])
        except OSError:
            os.close(self._read)
            os.close(self._write)
            raise

    def answers(self, script: bytes, deadline: float) -> bool:
        """Whether it has answered a first script, and waits; raises TimedOut.

        What it says beside an answer of no words comes with its end.
        """
        mark = self._mark.encode()
        try:
            ended = self._process.talk(script, deadline, until=mark)
        except TimedOut:
            self._forget()
            raise
        return not ended and not self._process.has_printed_only(mark)

    def answer(self) -> tuple[str, str]:
        """Its answer: the output and the error output, without marks."""
        out, err = self._process.taken()
        return out.replace(self._mark, ""), self._without_missed(err)

    def ended(self, script: bytes, deadline: float) -> Ended:
        """Its end, with its answer to a second script unless it has missed it; raises TimedOut."""
        self._process.feed_from(self._write)
        try:
            code, out, err = self._process.ended(script, deadline)
        finally:
            os.close(self._read)
        err = self._without_missed(err)
        code = 0 if self.has_missed and not err else code
        return code, out.replace(self._mark, ""), err

    def release(self) -> None:
        """Let it end without another script."""
        try:
            self.ended(b"", time.monotonic() + _END_SECONDS)
        except TimedOut:
            pass  # it is killed then

    def _without_missed(self, err: str) -> str:
        """These words without its own on a pipe that it could not read; they may come early."""
        lines = err.splitlines(keepends=True)
        others = [line for line in lines if self._path not in line]
        self.has_missed |= len(others) < len(lines)
        return "".join(others)

    def _forget(self) -> None:
        self._process.kill()
        os.close(self._read)
        os.close(self._write)
