"""`cafleet session budget`: what a session, or one of its agents, may cost until it is told."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.directory import identity
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.usage.sample import MICRO, dollars

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation


def budget(run: Invocation, budget_usd: float, member_id: str | None) -> None:
    """Set what a session, or one of its agents, may cost until you are told.

    At 80 and at 100 % of it the Director is told, and an event is recorded; nothing is
    ended or held. A new budget takes the place of an earlier one.
    """
    from cafleet_core.broker.team import budgets

    session = run.session()
    run.expect_authority(session)
    if member_id is None:
        agent = None
        amount = budgets.give_session(run.registry, session, budget_usd)
    else:
        named = identity.find_agent(run.registry, session.session_id, member_id)
        agent = identity.active(named)
        amount = budgets.give(run.registry, agent, budget_usd)
    whose = text.label(agent.name) if agent else "The session"
    run.say(
        f"{whose} has {f'a budget of {dollars(amount)}' if amount else 'no budget'}.",
        {
            "session_id": session.session_id,
            "agent_id": agent.agent_id if agent else None,
            "budget_usd": amount / MICRO or None,
        },
    )
