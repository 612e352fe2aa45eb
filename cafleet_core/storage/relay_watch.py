"""Waiting until anybody commits to a registry that is reached through the host process."""

from __future__ import annotations

import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.commits import Commits

if TYPE_CHECKING:
    from collections.abc import Collection

    from cafleet_core.storage.relay import RelayRegistry

_SLICE_SECONDS = 2.0
"""How long commits are waited for at a time: a host process that has stopped tells of none."""


class RelayWatch(Commits):
    """Tells when anybody commits, as the host process hears of it."""

    def __init__(self, registry: RelayRegistry, topics: Collection[str]) -> None:
        self._registry = registry
        self._topics = tuple(topics)
        self.seen = registry.data_version()

    def wait(self, seconds: float) -> int:
        before, deadline = self.seen, time.monotonic() + seconds
        while self.seen == before and (left := deadline - time.monotonic()) > 0:
            part = min(left, _SLICE_SECONDS)
            self.seen = int(self._registry.ask("wait", part, before, self._topics))
        return self.seen

    def look(self) -> int:
        self.seen = self._registry.data_version()
        return self.seen

    def close(self) -> None:
        """Wait no more; the connection is the registry's."""
