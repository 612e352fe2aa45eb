"""Wait for another process's commit: by inotify, else by polling the registry's version.

A writer leaves the write queue once its commit can be read, and inotify reports that. For a
writer outside the queue it reports the write to the log, shortly before the commit can be read:
then the version is polled for a while. Without inotify, or once it has missed changes, the
version is polled all the time.
"""

from __future__ import annotations

import os
import os.path
import select
import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import inotify, write_queue
from cafleet_core.storage.commits import Commits
from cafleet_core.storage.displaced import LOG
from cafleet_core.storage.inotify import Inotify

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_SECONDS = 0.05
"""Between two polls without inotify."""

SURE_SECONDS = 1.0
"""Until the first look where the kernel tells: whether it does, and the file is in its place."""

SURE_AT_MOST = 16
"""How many times as long until a further look: twice as long after each in vain."""

_SETTLE_SECONDS = 0.015
"""From a write to the log to its commit, usually; some disks take longer."""

_UNSETTLED_SECONDS = 2.0
_LATE_SECONDS = 0.02
_MOST_MISSED = 2
_NEVER = float("inf")
_READ_BYTES = 4096

_MOVED = inotify.MOVED | inotify.CREATED | inotify.DELETED
_DONE = inotify.CLOSED_AFTER_WRITING


class Bell:
    """Ends a wait from another thread; its owner closes it when no thread waits any more."""

    def __init__(self) -> None:
        self._closed = False
        self.fd, self._write_end = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._write_end, False)

    def ring(self) -> None:
        """End the present wait, or the next one; without effect once it is closed."""
        if self._closed:
            return
        try:
            os.write(self._write_end, b"!")
        except BlockingIOError:
            pass  # it rings already

    def hush(self) -> None:
        """Take the ring back."""
        try:
            os.read(self.fd, _READ_BYTES)
        except BlockingIOError:
            pass  # it did not ring

    def close(self) -> None:
        """Close the pipe."""
        self._closed = True
        os.close(self.fd)
        os.close(self._write_end)


class Watch(Commits):
    """Reports when a registry's version moves; for one thread.

    `version` reads it, see `Registry.data_version`; `wait` passes its errors on. No commit
    from after the watch was made is missed. A ring of the `bell` ends a wait.
    """

    def __init__(
        self, path: str, version: Callable[[], int], bell: Bell | None = None
    ) -> None:
        self._path = path
        self._version = version
        self._bell = bell
        self._inotify: Inotify | None = None
        self._missed = 0
        self._calm = 1
        self._arm_at = self._unsettled_until = 0.0
        self._arm()
        try:
            self.seen = version()
            """The version that was read last, first of all once inotify was set up."""
        except BaseException:
            self.close()
            raise

    def wait(self, seconds: float) -> int:
        """The version, as soon as it moves, the bell rings, or time is up."""
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            heard = self._await(min(left, self._step()))
            before, self.seen = self.seen, self._version()
            if self.seen != before:
                self._judge(heard)
            elif not heard:
                self._calm = min(2 * self._calm, SURE_AT_MOST)
            if self.seen != before or self._rang() or time.monotonic() >= deadline:
                return self.seen

    def look(self) -> int:
        """The version now; any later commit ends the next `wait`."""
        self.seen = self._version()
        return self.seen

    def close(self) -> None:
        """Close inotify's descriptor; the version is polled from now on."""
        if self._inotify:
            self._inotify.close()
            self._inotify = None

    def _rang(self) -> bool:
        rang = self._bell is not None and self._bell.fd in self._ready(0.0)
        if self._bell and rang:
            self._bell.hush()
        return rang

    def _step(self) -> float:
        if time.monotonic() < self._unsettled_until or not self._inotify:
            return LOOK_SECONDS
        return SURE_SECONDS * self._calm

    def _await(self, seconds: float) -> bool:
        """Wait up to `seconds` for a reason to read the version; whether there is one."""
        if not self._inotify and time.monotonic() >= self._arm_at:
            self._arm()
            if self._inotify:
                return True  # for commits from before it was set up
        end = time.monotonic() + seconds
        written = False
        while ready := self._ready(end - time.monotonic()):
            if self._bell and self._bell.fd in ready:
                return True
            committed, writing = self._news()
            if committed:
                return True
            if writing and not written:
                written = True
                end = min(end, time.monotonic() + _SETTLE_SECONDS)
            if written and time.monotonic() >= end:
                break
        if written:
            self._unsettled_until = time.monotonic() + _UNSETTLED_SECONDS
        return written

    def _ready(self, seconds: float) -> set[int]:
        """The descriptors that can be read within `seconds`."""
        poller = select.poll()
        if self._bell:
            poller.register(self._bell.fd, select.POLLIN)
        if self._inotify:
            poller.register(self._inotify.fd, select.POLLIN)
        return {end for end, _ in poller.poll(max(0.0, seconds) * 1000)}

    def _news(self) -> tuple[bool, bool]:
        """Whether there may be a new commit, and whether another process is writing."""
        committed = writing = False
        if self._inotify:
            for mask, name in self._inotify.events():
                if mask & inotify.LOST:
                    self.close()
                    return True, False
                if name in self._names:
                    done = name.endswith(write_queue.SUFFIX)
                    committed |= bool(mask & (_DONE if done else _MOVED))
                    writing |= bool(mask & inotify.MODIFIED)
        return committed, writing

    def _judge(self, heard: bool) -> None:
        """Stop using inotify if it has missed changes, as it does on network file systems."""
        unsettled = time.monotonic() < self._unsettled_until
        if heard or unsettled or not self._inotify or self._ready(_LATE_SECONDS):
            return
        self._missed += 1
        self._calm = 1
        if self._missed == _MOST_MISSED:
            self.close()
            self._arm_at = _NEVER

    def _arm(self) -> None:
        self._arm_at = time.monotonic() + SURE_SECONDS
        paths = {self._path, os.path.realpath(self._path)}
        ends = ("", LOG, write_queue.SUFFIX)
        self._names = {os.path.basename(path) + end for path in paths for end in ends}
        try:
            self._inotify = Inotify({os.path.dirname(path) for path in paths})
        except (OSError, ImportError, AttributeError):
            pass  # no inotify, too many watches, or no such folder
