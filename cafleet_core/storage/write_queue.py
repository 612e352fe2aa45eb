"""The queue of writers: a lock file beside the registry, held by each process while it writes.

SQLite gives its write lock to whoever asks at the right moment, and those who wait sleep
longer and longer. Here each process draws a number, holds the byte of that number, and waits
until nobody holds a lower one; the system takes the bytes from a process that dies. The queue
is only for fairness: SQLite's own lock keeps transactions apart, also for processes that left
the queue or cannot use it. The threads of one process share its place.
"""

from __future__ import annotations

import _thread  # `threading` costs more than a whole transaction
import os

from cafleet_core.storage.displaced import beside

SUFFIX = "-queue"

_COUNTER_BYTES = 8
"""The file begins with the last number that was drawn; byte 8 + N stands for the number N."""

LONGEST_TURN = 2.0
"""Seconds after which a queue that does not move is abandoned: its first process hangs."""


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
        number = _draw(ticket, os.F_TLOCK)
        if (number and _has_turn(ticket, number, os.F_TLOCK)) or _Wait(
            ticket, number
        ).ended():
            return ticket
    except OSError:  # a file system without locks
        os.close(ticket)
        return None
    _leave(queue)
    return None


def give_back(ticket: int | None) -> None:
    """Give a ticket back, so that the next process has its turn."""
    if ticket is not None:
        os.close(ticket)


def _draw(ticket: int, how: int) -> int:
    """Draw the next number; 0 if another process draws one, and `how` is not to wait.

    The number's byte is held before the counter is free again: nobody is overtaken.
    """
    os.lseek(ticket, 0, os.SEEK_SET)
    try:
        os.lockf(ticket, how, _COUNTER_BYTES)
    except (BlockingIOError, PermissionError):
        return 0
    counter = os.pread(ticket, _COUNTER_BYTES, 0)
    number = int.from_bytes(counter, "little") + 1
    os.pwrite(ticket, number.to_bytes(_COUNTER_BYTES, "little"), 0)
    os.lseek(ticket, _COUNTER_BYTES + number, os.SEEK_SET)
    os.lockf(ticket, os.F_TLOCK, 1)
    os.lseek(ticket, 0, os.SEEK_SET)
    os.lockf(ticket, os.F_ULOCK, _COUNTER_BYTES)
    return number


def _has_turn(ticket: int, number: int, how: int) -> bool:
    """Whether nobody holds a lower number; waits for that if `how` says so."""
    os.lseek(ticket, _COUNTER_BYTES, os.SEEK_SET)
    try:
        os.lockf(ticket, how, number)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _leave(queue: str) -> None:
    try:
        os.unlink(queue)
    except OSError:
        pass  # another process has left it before


class _Wait:
    """A wait for the turn in a thread of its own, because a wait for a lock has no time limit."""

    def __init__(self, ticket: int, number: int) -> None:
        self._ticket = ticket
        self._number = number
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
            number = self._number or _draw(self._ticket, os.F_LOCK)
            _has_turn(self._ticket, number, os.F_LOCK)
        except OSError:
            pass  # the process goes on without a lock
        with self._deciding:
            if self._given_up:
                os.close(self._ticket)
            else:
                self._got.release()
