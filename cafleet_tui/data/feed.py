"""The thread that reads a session, and posts what changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing

from cafleet_core.broker.messages import filtering
from cafleet_core.broker.messages.pages import PAGE
from cafleet_core.broker.registry.commits import Bell, Commits
from cafleet_core.views import (
    EVERYTHING,
    Asking,
    Change,
    Entry,
    Filter,
    Held,
    MemberFacts,
    Pulse,
)
from cafleet_tui.data.reader import Reader
from cafleet_tui.data.source import OpenSource, Source
from cafleet_tui.data.updates import (
    FeedAdvanced,
    FeedUpdate,
    Receiver,
)
from cafleet_tui.model.columns import OF_FACTS, Column

UPDATES_A_SECOND, UPDATES_AT_ONCE = 4.0, 4
"""How often the room is told of commits that do not end; a single one is told of at once."""

PULSES_EVERY = 2.0
"""Seconds between two counts of what the agents did, and of who waits in other sessions,
while something changes."""

_AT_REST = 60.0
"""Seconds to wait for a commit where nothing else is due."""


class Pace:
    """Allows so many updates a second, a few of them at once: a burst is drawn together."""

    def __init__(self) -> None:
        self._left = float(UPDATES_AT_ONCE)
        self._since = time.monotonic()

    def take(self) -> float:
        """Take one of the updates; seconds to wait for it."""
        now = time.monotonic()
        earned = (now - self._since) * UPDATES_A_SECOND
        self._left = min(UPDATES_AT_ONCE, self._left + earned) - 1
        self._since = now
        return max(0.0, -self._left / UPDATES_A_SECOND)


class Feed(Reader):
    """Posts `FeedAdvanced` for every commit of any process, one at a time.

    The next update waits until `handled` was called for the last one, and then carries
    everything that happened since. If the registry no longer holds what was read before,
    because a backup took its place, a whole update follows.
    """

    def __init__(
        self, open_source: OpenSource, session_id: str, receiver: Receiver
    ) -> None:
        super().__init__("cafleet-feed", open_source, session_id, receiver)
        self._handled = threading.Event()
        self._handled.set()
        self._wanted = EVERYTHING
        self._shown: Filter | None = None
        self._read_to = Change()
        self._pulses: Mapping[str, Pulse] = {}
        self._elsewhere: tuple[Asking, ...] = ()
        self._facts: Mapping[str, MemberFacts] = {}
        self._columns: tuple[Column, ...] = ()
        self._counted: tuple[int, tuple[Column, ...]] | None = None
        self._count_at = self._ask_at = 0.0
        self._held = Held()
        self._bell = Bell()
        self._pace = Pace()

    @property
    def wanted(self) -> Filter:
        """The filter that `show` was last called with."""
        return self._wanted

    def handled(self) -> None:
        """Allow the next update: the screen has shown the last one."""
        self._handled.set()

    def look(self) -> None:
        """Look now whether anything has changed."""
        self._rouse()

    def show(self, wanted: Filter) -> None:
        """Restrict the entries to these; a whole update follows."""
        self._wanted = wanted
        self._rouse()

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Read what these columns of the list of members need."""
        self._columns = columns
        self._count_at = 0.0
        self._rouse()

    def stop(self, timeout: float = 2.0) -> None:
        """See `Reader`."""
        self._handled.set()
        super().stop(timeout)
        if not self.is_alive():
            self._bell.close()

    def _rouse(self) -> None:
        self._bell.ring()

    def _read(self, source: Source) -> None:
        watch = source.watch(self._bell)
        with closing(watch):
            self._counted = None
            self._follow(source, watch)

    def _follow(self, source: Source, watch: Commits) -> None:
        seen = None
        while not self._stopping.is_set():
            version = watch.seen
            self._recover()
            counted = self._count(source, version)
            stale = version != seen or self._shown != self._wanted
            if counted or stale or self._others_deliver(source):
                self._stopping.wait(self._pace.take())
                seen = watch.look()
                self._advance(source)
            watch.wait(self._pause(version))

    def _pause(self, version: int) -> float:
        """Seconds until something is due that nobody commits."""
        now = time.monotonic()
        pause = _AT_REST
        if not self._is_counted(version):
            pause = min(pause, self._count_at - now)
        if self._held.messages:
            pause = min(pause, self._ask_at - now)
        return max(0.0, pause)

    def _count(self, source: Source, version: int) -> bool:
        """Read what is read at most every `PULSES_EVERY`; whether it changed.

        That is acts, who waits elsewhere, who shares a file, and what columns show besides.
        """
        columns = self._columns
        if self._is_counted(version) or time.monotonic() < self._count_at:
            return False
        before = self._pulses, self._elsewhere, self._facts
        self._pulses = source.pulses(self._session_id)
        self._elsewhere = tuple(source.waiting_elsewhere(self._session_id))
        self._facts = self._known(source, columns)
        self._counted = version, columns
        self._count_at = time.monotonic() + PULSES_EVERY
        return (self._pulses, self._elsewhere, self._facts) != before

    def _is_counted(self, version: int) -> bool:
        """Whether nothing of that can have changed; a shared file ends without a commit."""
        shared = any(facts.files for facts in self._facts.values())
        return not shared and self._counted == (version, self._columns)

    def _known(
        self, source: Source, columns: tuple[Column, ...]
    ) -> Mapping[str, MemberFacts]:
        """The facts of each agent that a column shows, and always of who shares a file."""
        known = {}
        if not OF_FACTS.isdisjoint(columns):
            known = source.facts(self._session_id, priced=Column.COST in columns)
        for agent_id, files in source.shared_files(self._session_id).items():
            known[agent_id] = known.get(agent_id, MemberFacts())._replace(files=files)
        return known

    def _others_deliver(self, source: Source) -> bool:
        """Whether another process delivers now than was posted: one that ends commits nothing."""
        if not self._held.messages or time.monotonic() < self._ask_at:
            return False
        self._ask_at = time.monotonic() + PULSES_EVERY
        return source.held(self._session_id) != self._held

    def _advance(self, source: Source) -> None:
        self._handled.wait()
        if self._stopping.is_set():
            return
        update = self._update(source)
        self._handled.clear()
        self._receiver.post_message(FeedAdvanced(update))

    def _update(self, source: Source) -> FeedUpdate:
        wanted = self._wanted
        whole = self._shown != wanted or not source.holds(self._read_to)
        session = source.session(self._session_id)
        roster = tuple(source.roster(self._session_id))
        if whole:
            entries = self._newest(source, wanted)
        else:
            entries = [e for e in self._changed(source) if filtering.fits(e, wanted)]
        self._shown = wanted
        self._held = source.held(self._session_id)
        return FeedUpdate(
            *(session, roster, tuple(entries), whole, wanted),
            *(self._held, self._pulses, self._elsewhere, self._facts),
        )

    def _changed(self, source: Source) -> Sequence[Entry]:
        since = self._read_to.version
        self._read_to = source.last_change(self._session_id)
        return source.changed(self._session_id, since)

    def _newest(self, source: Source, wanted: Filter) -> Sequence[Entry]:
        self._read_to = source.last_change(self._session_id)
        return source.newest(self._session_id, wanted, PAGE)
