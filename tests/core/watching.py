"""Commits while a test waits for them, and how often a wait looked."""

from __future__ import annotations

import threading
import time
from contextlib import closing

from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.storage.watch import Watch
from tests.terminal import PATIENCE

LONG = 10 * PATIENCE
"""Seconds that no wait of these tests may take."""


class Looks:
    """Looks at the version of a registry, and counts how often."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        return self.registry.data_version()


def act(path: str, at: str = "now") -> None:
    """Commit something, from any thread."""
    with closing(open_registry(path)) as registry:
        registry.change(None, ("UPDATE agents SET last_active_at = ?", (at,)))


def soon(commit: object, *arguments: object) -> threading.Thread:
    """Do something while the test waits."""
    assert callable(commit)
    thread = threading.Timer(0.2, commit, arguments)
    thread.start()
    return thread


def waited(commits: Watch) -> bool:
    """Whether a wait ended with another version, before its time."""
    before, began = commits.seen, time.monotonic()
    return commits.wait(LONG) != before and time.monotonic() - began < LONG / 2
