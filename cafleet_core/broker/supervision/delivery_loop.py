"""Deliver a session's owed pushes until none is left; sleeps while none is due."""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.broker.delivery import pending, work
from cafleet_core.broker.delivery.work import Work
from cafleet_core.broker.supervision import kept_states, reach
from cafleet_core.broker.supervision.claim import SIGN_SECONDS, Claim
from cafleet_core.broker.team import executions
from cafleet_core.broker.team.pane_states import seen
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Watcher
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from cafleet_core.config.rules import PushRules
    from cafleet_core.storage.registry import Registry

LINGER_SECONDS = 60.0
"""Seconds without an owed push after which a loop ends."""

LOOK_SECONDS = 3.0
"""Seconds between two looks at the panes while pushes are owed: a changed pane is tried at once."""

_SHORTEST_SECONDS = 0.1


class DeliveryLoop:
    """The delivery loop of one session, a step at a time; a monitor or a room takes its place."""

    def __init__(
        self,
        registry: Registry,
        session_id: str,
        rules: PushRules,
        *,
        screens: bool = False,
    ) -> None:
        """With `screens` it keeps what a pane shows whenever its state changes."""
        self._registry = registry
        self._screens = screens
        self._session_id = session_id
        self._rules = rules
        self._claim = Claim(registry, session_id, Watcher.LOOP)
        self.ended = ""
        self._reach_is_doubtful = True
        self._commits = registry.watch()
        self._version = self._commits.seen
        self._work = Work(0, 0, 0, None)
        self._owed_at = self._looked_at = self._stepped_at = time.monotonic()

    def step(self) -> bool:
        """Do what is due; False if the loop is over, and `ended` says why.

        Raises RegistryError; RegistryGone if the registry's file was replaced.
        """
        self._registry.check_in_place()
        self._version = self._commits.look()
        self._stepped_at = time.monotonic()
        self.ended = self._end()
        if self.ended:
            return False
        if self._work.all and self._stepped_at - self._looked_at >= LOOK_SECONDS:
            self._look()
        pending.settle(self._registry, self._rules)
        self._work = work.left(self._registry, self._session_id)
        if self._work.doable:
            self._owed_at = time.monotonic()
        elif time.monotonic() - self._owed_at >= LINGER_SECONDS:
            self.ended = "Nothing is left to deliver."
        return not self.ended

    def rest(self) -> None:
        """Sleep until something is due, or another process has committed; raises RegistryGone."""
        time.sleep(_SHORTEST_SECONDS)
        while (seconds := self._seconds_left()) > 0:
            if self._commits.wait(seconds) != self._version:
                return

    def release(self) -> None:
        """Give the session up, so that the next one need not wait."""
        self._commits.close()
        self._claim.release()

    def _seconds_left(self) -> float:
        waits = LOOK_SECONDS if self._work.all else SIGN_SECONDS
        left = self._stepped_at + waits - time.monotonic()
        if not self._work.doable:
            left = min(left, self._owed_at + LINGER_SECONDS - time.monotonic())
        if self._work.due_at is None:
            return left
        due = clock.parse(self._work.due_at) - clock.now()
        return min(left, due.total_seconds())

    def _end(self) -> str:
        """Why the loop is over; empty if it is not."""
        sessions = lookup.sessions(self._registry, self._session_id)
        if not sessions or sessions[0].deleted_at is not None:
            return "The session is deleted."
        if not (self._claim.keep() and self._claim.still_held()):
            return "Another process delivers."
        return self._refusal()

    def _refusal(self) -> str:
        """Why this process cannot type to the team, which another may; empty if it can."""
        if not self._reach_is_doubtful:
            return ""
        team = lookup.active_agents(self._registry, self._session_id)
        refusal = reach.refusal(team)
        self._reach_is_doubtful = False
        return refusal.message if refusal else ""

    def _look(self) -> None:
        team = lookup.active_agents(self._registry, self._session_id)
        readings = seen(team)
        self._reach_is_doubtful = reach.is_doubtful(team, readings)
        kept_states.keep(self._registry, team, readings, screens=self._screens)
        executions.end_lost(self._registry, team)
        self._looked_at = time.monotonic()
