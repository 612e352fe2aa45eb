"""The queue of writers: a lock file beside the registry, held by each process while it writes.

SQLite gives its write lock to whoever asks at the right moment, and those who wait sleep
longer and longer. The system hands a file lock on in the order of asking, and takes it from
a process that dies. The queue is only for fairness: SQLite's own lock keeps transactions
apart, also for processes that left the queue or cannot use it. The threads of one process
share its place.
"""

from __future__ import annotations

import _thread  # `threading` costs more than a whole transaction
import os

from cafleet_core.storage.displaced import beside

SUFFIX = "-queue"

LONGEST_TURN = 2.0
"""Seconds after which a queue that does not move is left: its first process hangs or is stopped."""


def take(path: str) -> int | None:
    """Wait for this process's turn to write to the registry at `path`, and return its ticket.

    None after `LONGEST_TURN` seconds without a turn, and where no queue can be kept: then
    write without one. Later processes begin a new queue.
    """
    queue = beside(path, SUFFIX)
    try:
        ticket = os.open(queue, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # nothing can be written in this folder
        return None
    try:
        os.lockf(ticket, os.F_TLOCK, 0)
    except (BlockingIOError, PermissionError):
        if _Wait(ticket).ended():
            return ticket
        _leave(queue)
        return None
    except OSError:  # a file system without locks
        os.close(ticket)
        return None
    return ticket


def give_back(ticket: int | None) -> None:
    """Give a ticket back, so that the next process has its turn."""
    if ticket is not None:
        os.close(ticket)


def _leave(queue: str) -> None:
    try:
        os.unlink(queue)
    except OSError:
        pass  # another process has left it before


class _Wait:
    """A wait for the lock in a thread of its own: only so it can be given up."""

    def __init__(self, ticket: int) -> None:
        self._ticket = ticket
        self._given_up = False
        self._deciding = _thread.allocate_lock()
        self._got = _thread.allocate_lock()
        self._got.acquire()
        _thread.start_new_thread(self._block, ())

    def ended(self) -> bool:
        """Whether the lock was taken in time; a lock that comes later is released at once."""
        try:
            if self._got.acquire(timeout=LONGEST_TURN):
                return True
        except BaseException:  # interrupts too
            self._give_up()
            raise
        return not self._give_up()

    def _give_up(self) -> bool:
        with self._deciding:
            self._given_up = self._got.locked()
        return self._given_up

    def _block(self) -> None:
        try:
            os.lockf(self._ticket, os.F_LOCK, 0)
        except OSError:
            pass  # the process goes on without a lock
        with self._deciding:
            if self._given_up:
                os.close(self._ticket)
            else:
                self._got.release()
