"""Waiting until another process has committed to a PostgreSQL registry: the server tells."""

from __future__ import annotations

import select
import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.commits import Commits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from cafleet_core.storage.postgres_link import Link
    from cafleet_core.storage.watch import Bell

_SURE_SECONDS = 5.0
"""Between two looks where nothing was told: whether the server is still there."""


class PostgresWatch(Commits):
    """Tells when a registry's version moves, as `watch.Watch` does of a file."""

    def __init__(
        self, link: Link, version: Callable[[], int], bell: Bell | None
    ) -> None:
        self._link = link
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
            until = min(deadline, time.monotonic() + _SURE_SECONDS)
            rang = self._await(min(until, self._link.look_at or until))
            self.seen = self._version()
            if self.seen != before or rang or time.monotonic() >= deadline:
                return self.seen

    def look(self) -> int:
        """The version now: `wait` tells of what is committed after it."""
        self.seen = self._version()
        return self.seen

    def close(self) -> None:
        """Wait no more; the connection is the registry's."""

    def follow(self, topics: Collection[str]) -> None:
        self._link.hear(topics)

    def _await(self, until: float) -> bool:
        """Wait until the server tells something, or that time; whether the bell rang."""
        poller = select.poll()
        poller.register(self._link.fileno(), select.POLLIN)
        if self._bell is not None:
            poller.register(self._bell.fd, select.POLLIN)
        ready = {
            end for end, _ in poller.poll(max(0.0, until - time.monotonic()) * 1000)
        }
        if self._bell is None or self._bell.fd not in ready:
            return False
        self._bell.hush()
        return True
