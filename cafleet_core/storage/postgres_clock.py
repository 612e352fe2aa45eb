"""When a server's time is to be read again: long after the last time, and after a set clock."""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_CLOCK_SECONDS = 60.0
"""How long the difference to the server's clock is believed."""

_STEP_SECONDS = 0.5
"""A clock that has gone so much further than the time that has passed was set meanwhile."""


class ServerClock:
    """Keeps `clock` at a server's time, whose last reading it remembers."""

    def follow(self, server: datetime, before: datetime, after: datetime) -> None:
        """Follow a server that has told its time between two readings of the clock here."""
        clock.follow(server, before, after)
        self._read_at, self._shown = time.monotonic(), after

    def is_to_be_read(self) -> bool:
        """Whether the last reading is too old, as in a room or a monitor, or the clock here was
        set since, as when the machine has slept.
        """
        passed = time.monotonic() - self._read_at
        shown = (clock.here() - self._shown).total_seconds()
        return passed > _CLOCK_SECONDS or abs(shown - passed) > _STEP_SECONDS
