"""Waiting until another process has committed to a PostgreSQL registry: the server tells."""

from __future__ import annotations

import select
import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.commits import Commits

if TYPE_CHECKING:
    from collections.abc import Callable

    from cafleet_core.storage.watch import Bell

_SURE_SECONDS = 5.0
"""Between two looks where nothing was told: whether the server is still there."""


class PostgresWatch(Commits):
    """Tells when a registry's version moves, as `watch.Watch` does of a file."""

    def __init__(
        self, fileno: Callable[[], int], version: Callable[[], int], bell: Bell | None
    ) -> None:
        self._fileno = fileno
        self._version = version
        self._bell = bell
        self.seen = version()

    def wait(self, seconds: float) -> int:
        """The version, as soon as it moves, or the bell rings, or time is up."""
        deadline = time.monotonic() + seconds
        while True:
            before, self.seen = self.seen, self._version()
            if self.seen != before:  # told together with the answer to a statement
                return self.seen
            rang = self._await(
                min(max(0.0, deadline - time.monotonic()), _SURE_SECONDS)
            )
            self.seen = self._version()
            if self.seen != before or rang or time.monotonic() >= deadline:
                return self.seen

    def look(self) -> int:
        """The version now: `wait` tells of what is committed after it."""
        self.seen = self._version()
        return self.seen

    def close(self) -> None:
        """Wait no more; the connection is the registry's."""

    def _await(self, seconds: float) -> bool:
        """Wait until the server tells something; whether the bell rang."""
        poller = select.poll()
        poller.register(self._fileno(), select.POLLIN)
        if self._bell is not None:
            poller.register(self._bell.fd, select.POLLIN)
        ready = {end for end, _ in poller.poll(seconds * 1000)}
        if self._bell is None or self._bell.fd not in ready:
            return False
        self._bell.hush()
        return True
