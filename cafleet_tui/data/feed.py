"""The threads that read the registry and the panes, and post what changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing

from cafleet_core.broker.messages import filtering
from cafleet_core.broker.messages.pages import PAGE
from cafleet_core.broker.registry.commits import Bell, Watch
from cafleet_core.errors import CafleetError
from cafleet_core.records import Agent
from cafleet_core.views import (
    EVERYTHING,
    Change,
    Entry,
    Filter,
    Held,
    PaneReading,
    Pulse,
)
from cafleet_tui.data import error_words
from cafleet_tui.data.source import OpenSource, Source
from cafleet_tui.data.updates import (
    FeedAdvanced,
    FeedRecovered,
    FeedTrouble,
    FeedUpdate,
    PanesSeen,
    Receiver,
)

PANES_EVERY = 1.0
"""Seconds between two looks at the panes."""

SCREEN_EVERY = 0.25
"""Seconds between two looks at a watched screen that is changing."""

RETRY_AFTER = 1.0
"""Seconds to wait before a registry in trouble is opened again."""

PULSES_EVERY = 2.0
"""Seconds between two counts of what the agents did, while something changes."""


class _Reader(threading.Thread):
    """A thread with a source of its own; it posts trouble, and reopens the registry."""

    def __init__(
        self, name: str, open_source: OpenSource, session_id: str, receiver: Receiver
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._open_source = open_source
        self._session_id = session_id
        self._receiver = receiver
        self._stopping = threading.Event()
        self._troubled = False

    def run(self) -> None:
        """Read until `stop`; post trouble if an unexpected exception ends it sooner."""
        try:
            self._read_through_troubles()
        finally:
            if not self._stopping.is_set():
                self._trouble("Reading has stopped; open the control room again.")

    def _read_through_troubles(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(self._open_source()) as source:
                    self._read(source)
            except CafleetError as error:
                self._trouble(error_words.words(error))
                self._stopping.wait(RETRY_AFTER)

    def stop(self, timeout: float = 2.0) -> None:
        """End the thread, waiting for it no longer than `timeout` seconds."""
        self._stopping.set()
        self._rouse()
        if self.is_alive():
            self.join(timeout)

    def _read(self, source: Source) -> None:
        raise NotImplementedError

    def _rouse(self) -> None:
        """Have the thread look at once at what it was told."""
        raise NotImplementedError

    def _trouble(self, text: str) -> None:
        self._troubled = True
        self._receiver.post_message(FeedTrouble(text, self.name))

    def _recover(self) -> None:
        if self._troubled:
            self._troubled = False
            self._receiver.post_message(FeedRecovered(self.name))


class Feed(_Reader):
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
        self._counted: int | None = None
        self._count_at = self._ask_at = 0.0
        self._held = Held()
        self._bell = Bell()

    @property
    def wanted(self) -> Filter:
        """The filter that `show` was last called with."""
        return self._wanted

    def handled(self) -> None:
        """Allow the next update: the screen has shown the last one."""
        self._handled.set()

    def show(self, wanted: Filter) -> None:
        """Restrict the entries to these; a whole update follows."""
        self._wanted = wanted
        self._rouse()

    def stop(self, timeout: float = 2.0) -> None:
        """See `_Reader`."""
        self._handled.set()
        super().stop(timeout)
        if not self.is_alive():
            self._bell.close()

    def _rouse(self) -> None:
        self._bell.ring()

    def _read(self, source: Source) -> None:
        watch = Watch(source.path, source.data_version, self._bell)
        with closing(watch):
            self._counted = None
            self._follow(source, watch)

    def _follow(self, source: Source, watch: Watch) -> None:
        seen = None
        while not self._stopping.is_set():
            version = watch.seen
            self._recover()
            counted = self._count(source, version)
            stale = version != seen or self._shown != self._wanted
            if counted or stale or self._others_deliver(source):
                self._advance(source)
                seen = version
            watch.wait(self._pause(version))

    def _pause(self, version: int) -> float:
        """Seconds until something is due that nobody commits."""
        now = time.monotonic()
        pause = PULSES_EVERY
        if self._counted != version:
            pause = min(pause, self._count_at - now)
        if self._held.messages:
            pause = min(pause, self._ask_at - now)
        return max(0.0, pause)

    def _count(self, source: Source, version: int) -> bool:
        """Count the agents' acts, at most every `PULSES_EVERY`; whether the counts changed."""
        if self._counted == version or time.monotonic() < self._count_at:
            return False
        before, self._pulses = self._pulses, source.pulses(self._session_id)
        self._counted = version
        self._count_at = time.monotonic() + PULSES_EVERY
        return self._pulses != before

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
            session, roster, tuple(entries), whole, wanted, self._held, self._pulses
        )

    def _changed(self, source: Source) -> Sequence[Entry]:
        since = self._read_to.version
        self._read_to = source.last_change(self._session_id)
        return source.changed(self._session_id, since)

    def _newest(self, source: Source, wanted: Filter) -> Sequence[Entry]:
        self._read_to = source.last_change(self._session_id)
        return source.newest(self._session_id, wanted, PAGE)


class PaneWatch(_Reader):
    """Posts `PanesSeen` when a state or the watched screen has changed.

    Each look is one tmux call a server; a watched screen that has just changed is looked at
    more often, alone. While the registry is in trouble, the last readings stay.
    """

    def __init__(
        self, open_source: OpenSource, session_id: str, receiver: Receiver
    ) -> None:
        super().__init__("cafleet-panes", open_source, session_id, receiver)
        self._readings: dict[str, PaneReading] = {}
        self._posted: dict[str, PaneReading] | None = None
        self._watched: Agent | None = None
        self._lively = False
        self._wanted = False
        self._roused = threading.Event()

    def watch(self, agent: Agent | None) -> None:
        """Post this agent's screen from now on: as last read, and whenever it changes."""
        self._watched = agent
        self._rouse()

    def look(self) -> None:
        """Look at every pane now."""
        self._wanted = True
        self._rouse()

    def _rouse(self) -> None:
        self._roused.set()

    def _read(self, source: Source) -> None:
        while not self._stopping.is_set():
            self._wanted = False
            self._see(source.panes(self._session_id))
            self._recover()
            self._rest(source)

    def _rest(self, source: Source) -> None:
        """Follow the watched screen until all panes are to be looked at again."""
        due = time.monotonic() + PANES_EVERY
        while not (self._stopping.is_set() or self._wanted):
            left = due - time.monotonic()
            if left <= 0:
                return
            self._roused.wait(min(left, SCREEN_EVERY) if self._lively else left)
            self._roused.clear()
            watched = self._watched
            if self._lively and watched and due - time.monotonic() > SCREEN_EVERY / 2:
                self._see(self._readings | source.pane(watched))
            else:
                self._see(self._readings)

    def _trouble(self, text: str) -> None:
        super()._trouble(text)
        if self._posted is None:
            self._see({})

    def _see(self, readings: dict[str, PaneReading]) -> None:
        self._readings = readings
        watched = self._watched.agent_id if self._watched else None
        seen = {
            agent_id: reading._replace(
                age=None, screen=reading.screen if agent_id == watched else None
            )
            for agent_id, reading in readings.items()
        }
        before = self._posted
        self._lively = before is not None and _screen(before, watched) != _screen(
            seen, watched
        )
        if seen != before:
            self._posted = seen
            self._receiver.post_message(PanesSeen(readings))


def _screen(readings: Mapping[str, PaneReading], agent_id: str | None) -> str | None:
    reading = readings.get(agent_id or "")
    return reading.screen if reading else None
