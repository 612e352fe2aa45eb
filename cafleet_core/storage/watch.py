"""Waiting until another process has committed: the kernel tells, or one looks often.

A writer gives its place in the queue back once its commit can be read, and the kernel tells
of that. Of one that keeps out of the queue it tells that the log was written, which is shortly
before the commit can be read: then one looks often for a while. Where the kernel tells nothing,
or has been seen to leave a change out, one looks often at all times.
"""

from __future__ import annotations

import os
import os.path
import select
import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import inotify, write_queue
from cafleet_core.storage.displaced import LOG
from cafleet_core.storage.inotify import Inotify
from cafleet_core.storage.registry import Commits

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_SECONDS = 0.05
"""Between two looks where nobody tells."""

SURE_SECONDS = 1.0
"""Between two looks where the kernel tells: whether the file is still in its place."""

_SETTLE_SECONDS = 0.015
"""From a write to the log to its commit, mostly; some disks take longer to confirm it."""

_UNSETTLED_SECONDS = 2.0
_LATE_SECONDS = 0.02
_MOST_MISSED = 2
_NEVER = float("inf")
_READ_BYTES = 4096

_MOVED = inotify.MOVED | inotify.CREATED | inotify.DELETED
_DONE = inotify.CLOSED_AFTER_WRITING


class Bell:
    """Ends a wait from another thread; who made it rings and closes it, once nobody waits."""

    def __init__(self) -> None:
        self._closed = False
        self.fd, self._write_end = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._write_end, False)

    def ring(self) -> None:
        """Have the one who waits, or who waits next, wake up; nothing once it is closed."""
        if self._closed:
            return
        try:
            os.write(self._write_end, b"!")
        except BlockingIOError:
            pass  # it rings already

    def hush(self) -> None:
        """Ring no more."""
        try:
            os.read(self.fd, _READ_BYTES)
        except BlockingIOError:
            pass  # it did not ring

    def close(self) -> None:
        """Give it back."""
        self._closed = True
        os.close(self.fd)
        os.close(self._write_end)


class Watch(Commits):
    """Tells when a registry's version moves; belongs to the thread that waits.

    `version` looks: see `Registry.data_version`. What it raises, `wait` raises. Nothing that
    is committed after the watch was made is missed. A `bell` that rings ends a wait.
    """

    def __init__(
        self, path: str, version: Callable[[], int], bell: Bell | None = None
    ) -> None:
        self._path = path
        self._version = version
        self._bell = bell
        self._inotify: Inotify | None = None
        self._missed = 0
        self._arm_at = self._unsettled_until = 0.0
        self._arm()
        try:
            self.seen = version()
            """The version that was seen last; at first, once the watch was armed."""
        except BaseException:
            self.close()
            raise

    def wait(self, seconds: float) -> int:
        """The version, as soon as it moves, or the bell rings, or time is up."""
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            heard = self._await(min(left, self._step()))
            before, self.seen = self.seen, self._version()
            if self.seen != before:
                self._judge(heard)
            if self.seen != before or self._rang() or time.monotonic() >= deadline:
                return self.seen

    def look(self) -> int:
        """The version now: `wait` tells of what is committed after it."""
        self.seen = self._version()
        return self.seen

    def close(self) -> None:
        """Wait no more."""
        if self._inotify:
            self._inotify.close()
            self._inotify = None

    def _rang(self) -> bool:
        rang = self._bell is not None and self._bell.fd in self._ready(0.0)
        if self._bell and rang:
            self._bell.hush()
        return rang

    def _step(self) -> float:
        unsettled = time.monotonic() < self._unsettled_until
        return LOOK_SECONDS if unsettled or not self._inotify else SURE_SECONDS

    def _await(self, seconds: float) -> bool:
        """Whether there is a reason to look before so many seconds have passed."""
        if not self._inotify and time.monotonic() >= self._arm_at:
            self._arm()
            if self._inotify:
                return True  # whatever was committed before it was armed
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
        """Which of what can be read can be read by then."""
        poller = select.poll()
        if self._bell:
            poller.register(self._bell.fd, select.POLLIN)
        if self._inotify:
            poller.register(self._inotify.fd, select.POLLIN)
        return {end for end, _ in poller.poll(max(0.0, seconds) * 1000)}

    def _news(self) -> tuple[bool, bool]:
        """Whether something may be committed, and whether somebody is writing."""
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
        """Trust the kernel no more where it has left changes out, as on a network's disk."""
        unsettled = time.monotonic() < self._unsettled_until
        if heard or unsettled or not self._inotify or self._ready(_LATE_SECONDS):
            return
        self._missed += 1
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
            pass  # there is none, or there are too many, or the folder is away
