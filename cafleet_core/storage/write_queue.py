"""The queue of writers: a file beside the registry that each holds a lock on while it writes.

SQLite lets whoever asks at the right moment write next, and those who wait sleep longer and
longer. The system hands a file lock on in the order in which it was asked for, and takes it
from a process that dies. It is a courtesy: what keeps transactions apart is SQLite's own lock,
which is waited for as well by those who have given the queue up, or cannot have it. The
threads of one process share its place.
"""

from __future__ import annotations

import _thread  # `threading` costs more than a whole transaction
import os

from cafleet_core.storage.displaced import beside

SUFFIX = "-queue"

LONGEST_TURN = 2.0
"""Seconds after which a queue that does not move is left: its first one hangs, or is stopped."""


def take(path: str) -> int | None:
    """Wait for this process's turn to write to the registry at `path`: the ticket to give back.

    One that has waited for `LONGEST_TURN` goes ahead without one, and those who come after
    it queue anew. None too where no queue can be kept.
    """
    queue = beside(path, SUFFIX)
    try:
        ticket = os.open(queue, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # nothing can be written here, nor will be
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
    """Let the next one have its turn."""
    if ticket is not None:
        os.close(ticket)


def _leave(queue: str) -> None:
    try:
        os.unlink(queue)
    except OSError:
        pass  # another has left it before


class _Wait:
    """A wait for the lock in a thread of its own, because only there it can be given up."""

    def __init__(self, ticket: int) -> None:
        self._ticket = ticket
        self._given_up = False
        self._deciding = _thread.allocate_lock()
        self._got = _thread.allocate_lock()
        self._got.acquire()
        _thread.start_new_thread(self._block, ())

    def ended(self) -> bool:
        """Whether the lock was given in time; else it is let go of as soon as it is."""
        try:
            if self._got.acquire(timeout=LONGEST_TURN):
                return True
        except BaseException:  # an interrupt
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
            pass  # it goes ahead without a lock
        with self._deciding:
            if self._given_up:
                os.close(self._ticket)
            else:
                self._got.release()
