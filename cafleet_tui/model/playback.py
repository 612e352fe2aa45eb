"""The clock of a replay: which moment of the past it shows now, and how fast that moves on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from cafleet_core import clock

SLOWEST, FASTEST = 0.25, 4096.0
"""Seconds of the past that pass in one of the present."""


class Shown(NamedTuple):
    """The moment that is shown, how fast it moves, and whether it stands still."""

    moment: datetime
    speed: float
    paused: bool


class Playback:
    """A moment between `first` and the present that moves; any thread may ask and set it."""

    def __init__(
        self,
        first: datetime,
        moment: datetime,
        speed: float = 1.0,
        *,
        paused: bool = False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = first
        self._seconds = seconds
        self._speed = min(FASTEST, max(SLOWEST, speed))
        self._paused = paused
        self._lock = threading.Lock()
        self._set(moment)

    def _set(self, moment: datetime) -> None:
        self._moment = min(max(moment, self._first), clock.live())
        self._since = self._seconds()

    def _now(self) -> datetime:
        if self._paused:
            return self._moment
        passed = (self._seconds() - self._since) * self._speed
        return min(clock.plus(self._moment, passed), clock.live())

    def now(self) -> datetime:
        """The moment that is shown."""
        with self._lock:
            return self._now()

    def shown(self) -> Shown:
        """The moment that is shown, and how it moves."""
        with self._lock:
            return Shown(self._now(), self._speed, self._paused)

    def seconds_until(self, moment: datetime) -> float | None:
        """Seconds of the present until `moment` is shown; None while it stands still."""
        shown = self.shown()
        if shown.paused:
            return None
        return max(0.0, (moment - shown.moment).total_seconds()) / shown.speed

    def jump(self, moment: datetime) -> None:
        """Show this moment, or the nearest one that there is."""
        with self._lock:
            self._set(moment)

    def pause(self) -> None:
        """Stand still, or move on."""
        with self._lock:
            self._set(self._now())
            self._paused = not self._paused

    def change_speed(self, factor: float) -> None:
        """Move on so many times as fast, within limits."""
        with self._lock:
            self._set(self._now())
            self._speed = min(FASTEST, max(SLOWEST, self._speed * factor))
