"""Sample what the agents of this machine have used, and keep what has changed."""

from __future__ import annotations

import time

from cafleet_core import clock, host
from cafleet_core.broker.team import usage_alerts
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import events, usage_samples
from cafleet_core.usage.claude import MOST_AT_ONCE
from cafleet_core.usage.reader import UsageReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cafleet_core.broker.team.usage_alerts import Alert
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry
    from cafleet_core.storage.usage_samples import Kept
    from cafleet_core.usage.sample import UsageSample

EVERY = 30.0
"""Seconds between two samples of the same agents in a process that watches them."""


class UsageSampler:
    """Samples agents again and again, on the thread of the registry it is given."""

    def __init__(self, registry: Registry, most: int = MOST_AT_ONCE) -> None:
        """`most` bytes are read of a transcript at once: those of a day may take seconds."""
        self._registry = registry
        self._reader = UsageReader(most)
        self._due = 0.0

    def sample_if_due(self, team: Iterable[Agent]) -> bool:
        """Sample the agents of one session, unless that was done a short time ago."""
        if time.monotonic() < self._due:
            return False
        self._due = time.monotonic() + EVERY
        self.sample(team)
        return True

    def sample(self, team: Iterable[Agent]) -> None:
        """Read what the agents of one session have used, and store what has changed."""
        samples = list(self._read(team))
        if not samples:
            return
        session_id = samples[0][0].session_id
        kept = usage_samples.latest(self._registry, session_id)
        changed = [
            (agent, sample, kept.get(agent.agent_id))
            for agent, sample in samples
            if _is_news(sample, kept.get(agent.agent_id))
        ]
        if not changed:
            return
        at, known = clock.stamp(), [each.sample for each in kept.values()]
        with self._registry.write(session_id, durable=False):
            for agent, sample, before in changed:
                usage_samples.keep(
                    *(self._registry, session_id, agent.agent_id, at, sample, before)
                )
                earlier = before.sample if before else None
                for alert in usage_alerts.alerts(sample, earlier, known):
                    self._record(agent, at, alert)
                known.append(sample)

    def _record(self, agent: Agent, at: str, alert: Alert) -> None:
        detail = None
        if alert.quota:
            import json  # few samples tell something new of a quota

            detail = json.dumps({"quota": alert.quota, "resets_at": alert.resets_at})
        events.add(
            *(self._registry, alert.kind, at, agent.session_id, agent.agent_id),
            new=alert.used,
            detail=detail,
        )

    def _read(self, team: Iterable[Agent]) -> Iterable[tuple[Agent, UsageSample]]:
        here = host.host_id()
        for agent in team:
            placement = agent.placement
            if placement is not None and placement.host == here:
                sample = self._reader.read(placement)
                if sample is not None:
                    yield agent, sample


def _is_news(sample: UsageSample, kept: Kept | None) -> bool:
    """Whether a sample tells more than what is kept: of a conversation totals only grow."""
    if kept is None or kept.sample.conversation != sample.conversation:
        return True
    before = kept.sample
    return sample != before and sample.tokens.output >= before.tokens.output
