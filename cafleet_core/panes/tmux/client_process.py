"""A tmux client as a process: what it is fed, what it prints, and its end in time.

`subprocess` is not used, because importing it costs more than the call itself.
"""

from __future__ import annotations

import os
import select
import time

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Ended = tuple[int | None, str, str]
    """The exit code of a client, None if this process inherited that its children are ignored;
    and what it has printed on both outputs."""

_CHUNK = 65536
_WAIT_SECONDS = 0.0002
_SIGKILL = 9  # POSIX; importing `signal` costs a tenth of a call


class TimedOut(Exception):
    """A client did not end in time."""


class ClientProcess:
    """A running client; raises OSError if it cannot be started."""

    def __init__(self, argv: list[str]) -> None:
        ends = _pipes(3)
        theirs = (ends[0][0], ends[1][1], ends[2][1])
        self._input, self._out, self._err = ends[0][1], ends[1][0], ends[2][0]
        self._open = {self._input, self._out, self._err}
        self._printed = {self._out: bytearray(), self._err: bytearray()}
        try:
            self._pid = os.posix_spawnp(
                argv[0],
                argv,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs[number], number) for number in range(3)
                ],
                setpgroup=0,  # if it hangs, its children go with it
            )
        except OSError:
            _close(self._open)
            raise
        finally:
            _close(theirs)

    def feed_from(self, end: int) -> None:
        """Have the next `talk` write to this end of a pipe, and close it."""
        self._input = end
        self._open.add(end)

    def ended(self, words: bytes, deadline: float) -> Ended:
        """Feed it these words, and wait for its end; else it is killed. Raises TimedOut."""
        over = False
        try:
            self.talk(words, deadline)
            code = self._exit_code(deadline)
            over = True
        finally:
            if not over:
                self.kill()
        return (code, *self.taken())

    def talk(self, words: bytes, deadline: float, until: bytes = b"") -> bool:
        """Feed it these words to their end, and collect what it prints; raises TimedOut.

        Whether it has ended its output; it need not as soon as it has printed `until`.
        """
        poller = select.poll()
        os.set_blocking(self._input, False)
        for end in self._open:
            poller.register(
                end, select.POLLOUT if end == self._input else select.POLLIN
            )
        while self._open:
            ready = poller.poll(max(0.0, deadline - time.monotonic()) * 1000)
            if not ready:
                raise TimedOut
            for end, _ in ready:
                if end == self._input:
                    words, done = _feed(end, words)
                else:
                    done = self._collect(end)
                if done:
                    poller.unregister(end)
                    self._open.remove(end)
                    os.close(end)
            if until and until in self._printed[self._out]:
                return False
        return True

    def _collect(self, end: int) -> bool:
        """Read what is there; whether that is the end."""
        chunk = os.read(end, _CHUNK)
        self._printed[end] += chunk
        return not chunk

    def taken(self) -> tuple[str, str]:
        """Take the output and the error output printed since the last call."""
        out, err = (
            self._printed[end].decode("utf-8", "replace")
            for end in (self._out, self._err)
        )
        for printed in self._printed.values():
            printed.clear()
        return out, err

    def has_printed_only(self, words: bytes) -> bool:
        """Whether this is all that is on its first output."""
        return self._printed[self._out] == words

    def _exit_code(self, deadline: float) -> int | None:
        try:
            while not (ended := os.waitpid(self._pid, os.WNOHANG))[0]:
                if time.monotonic() > deadline:
                    raise TimedOut
                time.sleep(_WAIT_SECONDS)
        except ChildProcessError:
            return None
        return os.waitstatus_to_exitcode(ended[1])

    def kill(self) -> None:
        """Kill it with its children, and forget what it prints."""
        _close(self._open)
        self._open.clear()
        try:
            os.killpg(self._pid, _SIGKILL)
        except ProcessLookupError:
            pass  # it has just ended
        try:
            os.waitpid(self._pid, 0)
        except ChildProcessError:
            pass  # another thread has collected it


def _pipes(count: int) -> list[tuple[int, int]]:
    """So many pipes, or none where no more files may be open: raises OSError."""
    ends: list[tuple[int, int]] = []
    try:
        for _ in range(count):
            ends.append(os.pipe())
    except OSError:
        _close([end for pair in ends for end in pair])
        raise
    return ends


def _feed(end: int, words: bytes) -> tuple[bytes, bool]:
    """Write what fits; returns the rest, and whether writing is over."""
    try:
        rest = words[os.write(end, words) :] if words else b""
    except BrokenPipeError:
        rest = b""
    return rest, not rest


def _close(ends: Iterable[int]) -> None:
    for end in ends:
        os.close(end)
