"""Show the screens of this machine's agents to those who look from other machines.

Only while somebody looks, a few times a second, and only what has changed.
"""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import look
from cafleet_core.panes.reading.past import PastReadings
from cafleet_core.storage import live_screens, lookup
from cafleet_core.storage.registry import NO_SESSION

if TYPE_CHECKING:
    from cafleet_core.broker.registry.open import Registry
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Statement

EVERY_SECONDS = 0.25
"""Seconds between two looks at screens that somebody looks at."""

MOST = 8
"""Screens that are shown at once."""

_CHECK_SECONDS = 2.0


class LiveScreens:
    """The screens that are wanted of one machine, as last shown."""

    def __init__(self, registry: Registry, host_id: str, *, shares: bool) -> None:
        self._registry = registry
        self._host_id = host_id
        self._shares = shares
        self._wanted: list[str] | None = None
        self._agents: list[Agent] = []
        self._shown: dict[str, str] = {}
        self._past = PastReadings()
        self._check_at = 0.0
        self.due: float | None = None
        """When there is something to look at, by the monotonic clock; None while nobody looks."""

    def step(self, *, asked: bool) -> None:
        """Look if it is time to; `asked` if somebody may have begun to look."""
        now = time.monotonic()
        if not self._shares:
            return
        if asked or (self._agents and now >= self._check_at):
            self._check_at = now + _CHECK_SECONDS
            self._see_who_is_wanted()
        if self.due is not None and now >= self.due:
            self._show()
            self.due = time.monotonic() + EVERY_SECONDS

    def _see_who_is_wanted(self) -> None:
        at = clock.stamp()
        wanted = live_screens.wanted(self._registry, self._host_id, at, MOST)
        if self._wanted != wanted:
            ended = live_screens.end(self._host_id, at)
            self._registry.change(NO_SESSION, ended, durable=False)
            here = lookup.agents_on(self._registry, self._host_id) if wanted else []
            self._agents = [agent for agent in here if agent.agent_id in wanted]
            self._shown = {
                agent_id: screen
                for agent_id, screen in self._shown.items()
                if agent_id in wanted
            }
            self._wanted = wanted
        if not self._agents:
            self.due = None
        elif self.due is None:
            self.due = time.monotonic()

    def _show(self) -> None:
        """One tmux call a server; what has changed is stored in one transaction."""
        readings, at = look(self._agents, self._past), clock.stamp()
        changes: list[Statement] = []
        for agent_id, reading in readings.items():
            screen = reading.screen or ""
            if self._shown.get(agent_id) != screen:
                self._shown[agent_id] = screen
                changes.append(live_screens.show(agent_id, screen, at))
        if changes:
            self._registry.change(NO_SESSION, *changes, durable=False)
