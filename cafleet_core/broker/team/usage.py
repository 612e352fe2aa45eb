"""What the agents of a session, or of all, have used: by member, by session, by day."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.team.usage_sampler import UsageSampler
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, StrEnum
from cafleet_core.storage import lookup, usage_samples
from cafleet_core.usage import prices
from cafleet_core.usage.sample import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry
    from cafleet_core.storage.usage_samples import Kept, Used


class By(StrEnum):
    """What usage is summed up by."""

    MEMBER = "member"
    SESSION = "session"
    DAY = "day"


class Cost(NamedTuple):
    """Millionths of a US dollar: told by the agents, and estimated where they tell nothing.

    `unknown`: there are tokens of which neither is known.
    """

    stated: int = 0
    estimated: int = 0
    unknown: bool = False

    @property
    def total(self) -> int | None:
        """All that is known; None where nothing is."""
        known = self.stated + self.estimated
        return known if known or not self.unknown else None


class Total(NamedTuple):
    """What was used within a group: its key is an agent's id, a session's, or a day."""

    key: str
    tokens: Tokens
    cost: Cost


def sample(registry: Registry, session_id: str) -> list[Agent]:
    """Sample the agents of a session that live on this machine; all its active ones."""
    team = lookup.active_agents(registry, session_id)
    UsageSampler(registry).sample(team)
    return team


def sample_all(registry: Registry) -> list[str]:
    """Sample the agents of every live session that live on this machine; the sessions' ids."""
    sessions = [session.session_id for session in lookup.live_sessions(registry)]
    for session_id in sessions:
        sample(registry, session_id)
    return sessions


def latest(registry: Registry, session_id: str) -> dict[str, Kept]:
    """The last sample of each agent of a session, by agent id."""
    return usage_samples.latest(registry, session_id)


def totals(registry: Registry, by: By, session_id: str | None = None) -> list[Total]:
    """What was used in a session, or in all, in groups; days are this machine's."""
    keys: dict[By, Callable[[Used], str]] = {
        By.MEMBER: lambda used: used.agent_id,
        By.SESSION: lambda used: used.session_id,
        By.DAY: lambda used: _day(used.began),
    }
    used = usage_samples.used(registry, session_id, in_time=by == By.DAY)
    return _grouped(used, keys[by])


def _grouped(rows: Iterable[Used], key: Callable[[Used], str]) -> list[Total]:
    groups: dict[str, list[Used]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [
        Total(name, _sum([row.tokens for row in group]), _cost(group))
        for name, group in groups.items()
    ]


def _cost(rows: Iterable[Used]) -> Cost:
    cost = Cost()
    for row in rows:
        if row.cost is not None:
            cost = cost._replace(stated=cost.stated + row.cost)
        elif any(row.tokens):
            guess = prices.estimate(row.model, row.tokens)
            estimated = cost.estimated + (guess or 0)
            cost = Cost(cost.stated, estimated, cost.unknown or guess is None)
    return cost


def _sum(tokens: Iterable[Tokens]) -> Tokens:
    return Tokens(*map(sum, zip(*tokens, strict=True)))


def _day(began: str) -> str:
    """The day of ten minutes in the time zone of this machine, as YYYY-MM-DD."""
    return clock.parse(f"{began}0:00+00:00").astimezone().strftime("%Y-%m-%d")
