"""The thread that looks at the panes, and posts what changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from cafleet_core import host
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent
from cafleet_tui.data.reader import Reader
from cafleet_tui.data.source import OpenSource, Source
from cafleet_tui.data.updates import FeedRecovered, FeedTrouble, PanesSeen, Receiver

PANES_EVERY = 1.0
"""Seconds between two looks at the panes."""

RULES = "rules"
"""The name under which trouble with the user's rules is reported, in a thread's place."""

SCREEN_EVERY = 0.25
"""Seconds between two looks at a watched screen that is changing."""


class PaneWatch(Reader):
    """Posts `PanesSeen` when a state or the watched screen has changed.

    Each look is one tmux call a server; a watched screen that has just changed is looked at
    more often, alone, and so is one of another machine; those that are watched besides are not.
    While the registry is in trouble, the
    last readings stay.
    """

    def __init__(
        self, open_source: OpenSource, session_id: str, receiver: Receiver
    ) -> None:
        super().__init__("cafleet-panes", open_source, session_id, receiver)
        self._readings: dict[str, PaneReading] = {}
        self._posted: dict[str, PaneReading] | None = None
        self._watched: Agent | None = None
        self._also: tuple[Agent, ...] = ()
        self._lively = False
        self._wanted = False
        self._roused = threading.Event()
        self._rules_trouble = ""

    def watch(self, agent: Agent | None) -> None:
        """Post this agent's screen from now on: as last read, and whenever it changes."""
        self._watched = agent
        self._rouse()

    def watch_also(self, agents: Sequence[Agent]) -> None:
        """Post the screens of these as well, as each look at all panes shows them."""
        self._also = tuple(agents)
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
            self._see(source.panes(self._session_id) | self._far(source))
            self._recover()
            self._tell_of_rules(source.act_on_events())
            self._rest(source)

    def _tell_of_rules(self, trouble: str) -> None:
        """Post that the user's rules are in trouble, or no longer are."""
        if trouble == self._rules_trouble:
            return
        self._rules_trouble = trouble
        update = FeedTrouble(trouble, RULES) if trouble else FeedRecovered(RULES)
        self._receiver.post_message(update)

    def _rest(self, source: Source) -> None:
        """Follow the watched screen until all panes are to be looked at again."""
        due = time.monotonic() + PANES_EVERY
        while not (self._stopping.is_set() or self._wanted):
            left = due - time.monotonic()
            if left <= 0:
                return
            follows = self._follows(self._watched)
            self._roused.wait(min(left, SCREEN_EVERY) if follows else left)
            self._roused.clear()
            watched = self._watched
            soon = due - time.monotonic() <= SCREEN_EVERY / 2
            if watched and self._follows(watched) and not soon:
                self._see(self._readings | source.pane(watched))
            else:
                self._see(self._readings)

    def _follows(self, watched: Agent | None) -> bool:
        """Whether a watched screen is looked at more often than all panes."""
        return self._lively or _is_far(watched)

    def _far(self, source: Source) -> dict[str, PaneReading]:
        """The readings of the watched agents that live on other machines."""
        readings: dict[str, PaneReading] = {}
        for agent in (self._watched, *self._also):
            if agent and _is_far(agent):
                readings |= source.pane(agent)
        return readings

    def _trouble(self, text: str) -> None:
        super()._trouble(text)
        if self._posted is None:
            self._see({})

    def _see(self, readings: dict[str, PaneReading]) -> None:
        self._readings = readings
        watched = self._watched.agent_id if self._watched else None
        shown = {watched, *(agent.agent_id for agent in self._also)}
        seen = {
            agent_id: reading._replace(
                age=None, screen=reading.screen if agent_id in shown else None
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


def _is_far(agent: Agent | None) -> bool:
    """Whether an agent lives on another machine, which tells nobody when a screen changes."""
    placement = agent.placement if agent else None
    return placement is not None and placement.host != host.host_id()


def _screen(readings: Mapping[str, PaneReading], agent_id: str | None) -> str | None:
    reading = readings.get(agent_id or "")
    return reading.screen if reading else None
