"""Watch a session: read its panes, push what is owed, tell its Director of concerns."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.delivery.dispatch import tell
from cafleet_core.broker.supervision import (
    account_limits,
    concerns,
    kept_states,
    other_hosts,
    reach,
)
from cafleet_core.broker.supervision.claim import Claim
from cafleet_core.broker.supervision.revival import Revival
from cafleet_core.broker.team import budgets, executions, stored_states
from cafleet_core.broker.team.pane_states import seen
from cafleet_core.broker.team.usage_sampler import UsageSampler
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading.past import PastReadings
from cafleet_core.states import AgentKind, Watcher
from cafleet_core.storage import lookup, monitors, overview

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.broker.supervision.concerns import Concern
    from cafleet_core.broker.team.budgets import Standing
    from cafleet_core.config.rules import PushRules, Thresholds
    from cafleet_core.errors import TmuxError
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Member


_TRANSCRIPT_BYTES = 1 << 21
"""What a tick reads of each transcript at once: the deliveries after it wait meanwhile."""


_GO_ON = "[cafleet] The limit is over; go on."
_GOES_ON = "Continuing automatically"
"""What Claude Code shows while it will go on by itself."""


class Tick(NamedTuple):
    """The readings of one tick, whether this monitor wakes the Director, and with which line.

    `refusal` is why this process cannot type to the team: it watches only when it can.
    """

    readings: dict[str, PaneReading]
    watching: bool
    wake: str | None
    refusal: TmuxError | None = None


class Monitor:
    """The delivery and supervision loop of one session, a tick at a time.

    Any number of processes may tick. One a session and host, a MONITOR or a ROOM, wakes the
    Director, and is replaced as `holder.delivers` says. A Director is told once of each
    concern.
    """

    def __init__(
        self,
        registry: Registry,
        session_id: str,
        rules: PushRules,
        limits: Thresholds,
        watcher: Watcher = Watcher.MONITOR,
        *,
        screens: bool = False,
    ) -> None:
        """With `screens` it keeps what a pane shows whenever its state changes."""
        self._registry = registry
        self._session_id = session_id
        self._rules = rules
        self._limits = limits
        self._claim = Claim(registry, session_id, watcher)
        self._past = PastReadings()
        self._screens = screens
        self._revival = Revival(registry, limits.revive)
        self._usage = UsageSampler(registry, most=_TRANSCRIPT_BYTES)
        self._budgets: Sequence[Standing] = ()

    def tick(self, looked: Mapping[str, PaneReading] | None = None) -> Tick:
        """Push what is due, read the panes, tell the Director of new concerns.

        A caller that has `looked` at the panes of this host already has settled the pushes.
        """
        if looked is None:
            pending.settle(self._registry, self._rules)
        team = lookup.active_agents(self._registry, self._session_id)
        readings = dict(seen(team, self._past) if looked is None else looked)
        refusal = reach.refusal(team) if reach.is_doubtful(team, readings) else None
        if refusal:
            self._claim.release()
            return Tick(readings, False, None, refusal)
        watching, revived = self._claim.keep(), dict[str, str]()
        if watching:
            kept_states.keep(self._registry, team, readings, screens=self._screens)
            executions.end_lost(self._registry, team)
            revived = self._revival.begin(team, readings)
            self._resume(account_limits.keep(self._registry, team, readings), readings)
            other_hosts.record(self._registry, team)
            if self._usage.sample_if_due(team):
                self._budgets = budgets.checked(self._registry, self._session_id)
        readings |= stored_states.readings(self._registry, team)
        wake = self._wake(readings, revived) if watching else None
        return Tick(readings, watching, wake)

    def release(self) -> None:
        """Stop watching and release the claim, so that the next process need not wait."""
        self._claim.release()

    def _resume(
        self, released: Sequence[Agent], readings: Mapping[str, PaneReading]
    ) -> None:
        """Have those go on whose limit is over, if the user wants that and they do not."""
        for agent in released if self._limits.resume_after_limit else ():
            reading = readings.get(agent.agent_id)
            if reading and _GOES_ON not in (reading.screen or ""):
                tell(agent, _GO_ON, self._rules)

    def _wake(
        self, readings: dict[str, PaneReading], revived: Mapping[str, str]
    ) -> str | None:
        """Tell the Director of concerns, on its own machine alone; the words that were typed.

        `revived` is what to say besides of members that have ended, by their ids.
        """
        roster = overview.roster(self._registry, self._session_id)
        if any(_directs_elsewhere(row.agent) for row in roster):
            return None
        now = clock.now()
        present = [
            concerns.with_words(each, revived.get(each.agent_id, ""))
            for each in concerns.concerns(roster, readings, self._limits, now)
        ]
        present += concerns.of_budgets(roster, self._budgets)
        known = monitors.told(self._registry, self._session_id)
        lasting = {(each.agent_id, each.condition) for each in present}
        news = [
            each for each in present if (each.agent_id, each.condition) not in known
        ]
        words = self._tell(roster, news)
        over = {
            (agent_id, condition)
            for agent_id, condition in known - lasting
            if condition != concerns.UNHEARD
        }
        if words or over:
            with self._registry.write(self._session_id):
                for passed in over:
                    monitors.forget(self._registry, *passed)
                for concern in news if words else ():
                    monitors.remember(
                        self._registry,
                        concern.agent_id,
                        concern.condition,
                        clock.stamp(now),
                    )
        return words

    def _tell(self, roster: Sequence[Member], news: Sequence[Concern]) -> str | None:
        """The line that was typed to the Director; None if there was none, or it was not typed."""
        directors = [
            row.agent for row in roster if row.agent.kind == AgentKind.DIRECTOR
        ]
        if not news or not directors:
            return None
        words = concerns.wake(news)
        result = tell(directors[0], words, self._rules)
        return words if result.notified else None


def _directs_elsewhere(agent: Agent) -> bool:
    placement = agent.placement
    return (
        agent.kind == AgentKind.DIRECTOR
        and placement is not None
        and placement.host != host.host_id()
    )
