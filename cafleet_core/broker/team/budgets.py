"""What members and sessions may cost: told at 80 and at 100 %, and nothing is held for it."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.team import usage
from cafleet_core.broker.team.usage import By, Cost
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import EventKind
from cafleet_core.storage import budgets, events
from cafleet_core.usage.budget import BudgetScope
from cafleet_core.usage.sample import MICRO, dollars

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.records import Agent, Session
    from cafleet_core.storage.registry import Registry
    from cafleet_core.usage.budget import Budget

LEVELS = (80, 100)
"""Percent of a budget at which it is told that so much is spent, each once."""


class Standing(NamedTuple):
    """A budget, and what counts against it by now."""

    budget: Budget
    cost: Cost

    @property
    def percent(self) -> int:
        """How much of the budget is known to be spent; it may be above 100."""
        return (self.cost.total or 0) * 100 // self.budget.amount

    @property
    def words(self) -> str:
        """That for people: `~` if any of it is an estimate, `+` if some is not known."""
        mark = "~" if self.cost.estimated else ""
        more = "+" if self.cost.unknown else ""
        return f"{mark}{self.percent}%{more} of {dollars(self.budget.amount)}"


def give(registry: Registry, agent: Agent, usd: float) -> int:
    """Give an agent a budget in the place of an earlier one; 0 takes it away.

    Returns what is kept, in millionths of a US dollar.
    """
    return _keep(registry, agent.session_id, agent.agent_id, BudgetScope.AGENT, usd)


def give_session(registry: Registry, session: Session, usd: float) -> int:
    """Give all in a session one budget, kept as its Director's: see `give`."""
    director = session.director_agent_id
    return _keep(registry, session.session_id, director, BudgetScope.SESSION, usd)


def _keep(
    registry: Registry, session_id: str, owner: str, scope: BudgetScope, usd: float
) -> int:
    amount = round(usd * MICRO)
    with registry.write(session_id):
        budgets.keep(registry, owner, scope, amount)
    return amount


def checked(registry: Registry, session_id: str) -> list[Standing]:
    """How the budgets of a session stand by the samples that are kept.

    What is new of that is an event, once for each level, whoever asks.
    """
    given = budgets.of_session(registry, session_id)
    if not given:
        return []
    spent = {
        total.key: total.cost for total in usage.totals(registry, By.MEMBER, session_id)
    }
    standings: list[Standing] = []
    for budget in given:
        standing = Standing(budget, _counted(budget, spent))
        reached = max((each for each in LEVELS if each <= standing.percent), default=0)
        if reached > budget.told_percent:
            standing = _told(registry, session_id, standing, reached)
        standings.append(standing)
    return standings


def _counted(budget: Budget, spent: Mapping[str, Cost]) -> Cost:
    if budget.scope == BudgetScope.AGENT:
        return spent.get(budget.agent_id, Cost())
    costs = spent.values()
    return Cost(
        sum(each.stated for each in costs),
        sum(each.estimated for each in costs),
        any(each.unknown for each in costs),
    )


def _told(
    registry: Registry, session_id: str, standing: Standing, reached: int
) -> Standing:
    """Record that a level is reached; the standing with it."""
    import json  # few budgets are almost spent

    budget, words = standing.budget, standing.words
    detail = {
        "scope": budget.scope,
        "budget_usd": budget.amount / MICRO,
        "cost": (standing.cost.total or 0) / MICRO,
        "cost_estimated": standing.cost.estimated / MICRO,
    }
    with registry.write(session_id):
        if budgets.tell(registry, budget, reached, words):
            events.add(
                *(registry, EventKind.BUDGET_HIGH, clock.stamp()),
                *(session_id, budget.agent_id),
                new=words,
                detail=json.dumps(detail),
            )
    return standing._replace(budget=budget._replace(told_percent=reached, spent=words))
