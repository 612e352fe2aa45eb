"""Changes of a session that come in bursts: the server tells of the first, and for a while of no other.

A notice wakes every process that listens, whoever it is for, so that a busy session would keep
a hundred machines awake. Whoever has heard of a change, or begins to wait, therefore looks once
more after that while, and again when all is committed that was being written by then: so it
sees what nobody told of.
"""

from __future__ import annotations

import time

TOLD_FOR_MILLISECONDS = 20
"""For how long a notice of a session stands for what changes there after it."""

_LOOK_SECONDS = 0.025
"""Longer than that: whatever the notice stands for has a number by then, and `IN_FLIGHT` knows it."""

_LONGEST_SECONDS = 1.0

IN_FLIGHT = (
    "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT),"
    " CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)"
)
"""The number of the oldest transaction that is not through, and of this one, which is the last:
a snapshot alone does not know those that have begun since the last one ended."""


class Burst:
    """When a listener is to look though nobody has told it anything."""

    def __init__(self) -> None:
        self.look_at: float | None = None
        """By the monotonic clock; None where all that was told of has been seen."""
        self._pause = _LOOK_SECONDS
        self._last: int | None = None

    def begin(self) -> None:
        """A notice has come, or is waited for from now on."""
        self._pause, self._last = _LOOK_SECONDS, None
        self.look_at = time.monotonic() + self._pause

    def is_due(self) -> bool:
        """Whether the listener is to ask for `IN_FLIGHT` now."""
        return self.look_at is not None and time.monotonic() >= self.look_at

    def ends(self, oldest: int, last: int) -> bool:
        """Whether there may be something to see, where the server has answered this.

        That is so the first time, and when everything is through that was being written then.
        """
        is_first = self._last is None
        self._last = last if self._last is None else self._last
        is_over = oldest >= self._last
        self._pause = min(2 * self._pause, _LONGEST_SECONDS)
        self.look_at = None if is_over else time.monotonic() + self._pause
        return is_first or is_over
