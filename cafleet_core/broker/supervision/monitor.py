"""Looking after a session: what its panes do, what is owed, what its Director must know."""

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from cafleet_core import clock, host, ids
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.delivery.dispatch import tell
from cafleet_core.broker.supervision import concerns
from cafleet_core.broker.supervision.concerns import Concern
from cafleet_core.broker.team.pane_states import seen
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.records import Agent
from cafleet_core.states import AgentKind
from cafleet_core.storage import lookup, monitors, overview
from cafleet_core.storage.registry import Registry
from cafleet_core.views import Member, PaneReading

SIGN_SECONDS = 5.0


class Tick(NamedTuple):
    """What one look found and did: the panes, whether this monitor is the one that wakes,
    and the line that the Director was told, if any.
    """

    views: dict[str, PaneReading]
    watching: bool
    told: str | None


class Monitor:
    """The delivery and supervision loop of one session, a tick at a time.

    Any number may tick; one a session and host wakes the Director, and is overtaken when
    it gives no sign for `watch.STALE_SECONDS`. A Director is told once of each condition.
    """

    def __init__(
        self,
        registry: Registry,
        session_id: str,
        rules: PushRules,
        limits: Thresholds,
    ) -> None:
        self._registry = registry
        self._session_id = session_id
        self._rules = rules
        self._limits = limits
        self._holder = f"{os.getpid()} {ids.new()}"
        self._watching = False
        self._claimed_at = clock.now()

    def tick(self) -> Tick:
        """Try the owed pushes, look at the panes, tell the Director what is new."""
        pending.settle(self._registry, self._rules)
        team = lookup.active_agents(self._registry, self._session_id)
        views = seen(team)
        watching = self._claim()
        if watching:
            self._keep(team, views)
        return Tick(views, watching, self._wake(views) if watching else None)

    def release(self) -> None:
        """Stop watching, so that the next one need not wait."""
        with self._registry.write():
            monitors.release(
                self._registry, self._session_id, host.host(), self._holder
            )

    def _claim(self) -> bool:
        """Every sign is a commit that wakes whoever follows the registry, so they are few."""
        now = clock.now()
        if self._watching and now - self._claimed_at < timedelta(seconds=SIGN_SECONDS):
            return True
        who = (self._session_id, host.host(), self._holder)
        with self._registry.write():
            stamp = clock.stamp(now)
            signs = monitors.signs(now)
            self._watching = monitors.claim(self._registry, *who, stamp, signs)
        self._claimed_at = now
        return self._watching

    def _keep(self, team: Sequence[Agent], views: Mapping[str, PaneReading]) -> None:
        """Store the states that have changed, for those who look at no pane."""
        changed = [
            (agent.agent_id, views[agent.agent_id].state)
            for agent in team
            if agent.placement is not None
            and agent.agent_id in views
            and views[agent.agent_id].state != agent.placement.pane_state
        ]
        if changed:
            at = clock.stamp()
            with self._registry.write():
                for agent_id, state_now in changed:
                    monitors.keep_state(self._registry, agent_id, state_now, at)

    def _wake(self, views: dict[str, PaneReading]) -> str | None:
        roster = overview.roster(self._registry, self._session_id)
        now = clock.now()
        found = concerns.concerns(roster, views, self._limits, now)
        members = [member.agent.agent_id for member in roster]
        told = monitors.told(self._registry, members)
        lasting = {(one.agent_id, one.condition) for one in found}
        news = [one for one in found if (one.agent_id, one.condition) not in told]
        words = self._tell(roster, news)
        if words or told - lasting:
            with self._registry.write():
                for passed in told - lasting:
                    monitors.forget(self._registry, *passed)
                for one in news if words else ():
                    monitors.remember(
                        self._registry, one.agent_id, one.condition, clock.stamp(now)
                    )
        return words

    def _tell(self, roster: Sequence[Member], news: Sequence[Concern]) -> str | None:
        """The line that the Director was told; None where nothing could be, or need be."""
        directors = [
            one.agent for one in roster if one.agent.kind == AgentKind.DIRECTOR
        ]
        if not news or not directors:
            return None
        words = concerns.wake(news)
        told = tell(directors[0], words, self._rules)
        return words if told.notified else None
