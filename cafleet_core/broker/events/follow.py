"""Follow events: each once and in order, across restarts of the reader and of the registry."""

from __future__ import annotations

import time

from cafleet_core.broker.registry.commits import Bell
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.errors import RegistryError, RegistryGone
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cafleet_core.records import Event
    from cafleet_core.storage.commits import Commits
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import EventFilter

_BATCH = 500
_LONGEST_WAIT = 600.0
_TROUBLE_SECONDS = 1.0


class Follower:
    """Reads events after a cursor, on a connection of its own to the registry at `path`.

    While the registry is missing or fails, it is tried again every second; `note` gets each
    new error once. If the file was replaced, reading continues after the cursor, or after
    the new file's last event if that is lower.
    """

    def __init__(
        self,
        path: str,
        wanted: EventFilter,
        after: int | None,
        note: Callable[[str], None],
    ) -> None:
        """`after` is the `seq` of the last event already read; None begins with the next one."""
        self._path = path
        self._wanted = wanted
        self._note = note
        self._trouble = ""
        self._opened: tuple[Registry, Commits] | None = None
        self._bell = Bell()
        self._ended = False
        try:
            registry, _ = self._open()
            if after is None:
                after = events.last_seq(registry, wanted.session_id)
        except RegistryError:
            self.close()
            raise
        self.cursor = after

    def events(self) -> Iterator[Event]:
        """Yield each event that fits the filter as soon as it is committed, until `end`."""
        while not self._ended:
            for event in self._read():
                self.cursor = event.seq
                yield event

    def end(self) -> None:
        """Have another thread's `events` end, at once."""
        self._ended = True
        self._bell.ring()

    def close(self) -> None:
        """Close the connection; the last call."""
        self._let_go()
        self._bell.close()

    def _let_go(self) -> None:
        if self._opened is not None:
            registry, commits = self._opened
            self._opened = None
            commits.close()
            registry.close()

    def _read(self) -> list[Event]:
        """The next events after the cursor; empty after a wait without any, or after an error."""
        try:
            registry, commits = self._opened or self._reopen()
            commits.look()  # first, so that any later commit ends the wait
            last = events.last_seq(registry, self._wanted.session_id)
            batch = events.after(registry, self.cursor, self._wanted, _BATCH)
            if not batch:
                self.cursor = max(self.cursor, last)  # nothing wanted up to there
                commits.wait(_LONGEST_WAIT)
        except RegistryError as error:
            self._rest(error)
            return []
        self._trouble = ""
        return batch

    def _open(self) -> tuple[Registry, Commits]:
        # a bell wakes only who listens by a connection of its own
        registry = open_registry(self._path, make=False, relayed=False)
        self._opened = registry, registry.watch(self._bell)
        return self._opened

    def _reopen(self) -> tuple[Registry, Commits]:
        registry, commits = self._open()
        last = events.last_seq(registry, None)
        if last < self.cursor:
            self._note(f"Another registry is at {self._path}: following its end.")
            self.cursor = last
        return registry, commits

    def _rest(self, error: RegistryError) -> None:
        if isinstance(error, RegistryGone):
            self._let_go()
        if error.message != self._trouble:
            self._note(f"Trying again: {error.message}")
        self._trouble = error.message
        time.sleep(_TROUBLE_SECONDS)
