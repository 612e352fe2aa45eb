"""The time of pictures: a stopped clock, a registry in which nobody commits, no past."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

from cafleet_core import clock, host
from cafleet_core.broker.registry.commits import Bell, Commits

NOW = datetime(2026, 11, 20, 12, 41, 7, tzinfo=UTC)
"""The current time in every scene."""

HOST = "here"
"""The id of the machine in every scene."""


class StillCommits(Commits):
    """Nobody ever commits; a bell ends the wait."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self.seen = 1

    def wait(self, seconds: float) -> int:
        """Wait for the bell."""
        if select.select([self._bell.fd], [], [], seconds)[0]:
            self._bell.hush()
        return self.seen

    def look(self) -> int:
        """The same as ever."""
        return self.seen

    def close(self) -> None:
        """Nothing is open."""


class StillPast:
    """Nothing happens before or after a picture."""

    def next_change(self) -> str | None:
        """Never."""
        return None

    def previous_change(self) -> str | None:
        """Never."""
        return None

    def next_question(self) -> str | None:
        """Never."""
        return None

    def has_events(self) -> bool:
        """The states are known."""
        return True


@contextmanager
def stopped_clock() -> Iterator[None]:
    """Fix the clock at `NOW`, and pretend to be in a tmux pane of the host `HOST`."""
    pane = patch.dict(os.environ, {"TMUX": "/tmp/tmux-1000/default,100,0"})  # noqa: S108
    here = patch.object(host, "host_id", lambda: HOST)
    with patch.object(clock, "now", lambda: NOW), pane, here:
        yield
