"""`cafleet usage`: what agents have used, and what their accounts have left."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.team import usage as team_usage
from cafleet_core.broker.team.usage import By
from cafleet_core.cli import output, usage_words
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.cli.usage_words import MemberUsage
    from cafleet_core.records import Agent

_TOKENS = ("in", "out", "cached", "cost")


def usage(run: Invocation, by: str) -> None:
    """Show what agents have used: tokens, cost, context, and their accounts' quotas.

    Each agent's own files tell it; `~` marks a cost that is estimated by list prices, which
    takes the extra `prices`. Of agents on other machines it is what was kept there last.
    """
    if by == By.MEMBER:
        _by_member(run)
        return
    session = run.session() if run.session_id else None
    if session is None:
        team_usage.sample_all(run.registry)
    else:
        team_usage.sample(run.registry, session.session_id)
    chosen = None if session is None else session.session_id
    totals = team_usage.totals(run.registry, By(by), chosen)
    named = _session_names(run) if by == By.SESSION else {}
    rows = [
        (named.get(total.key, total.key), *usage_words.spent(total)) for total in totals
    ]
    run.say(
        output.table((by, *_TOKENS), rows) if rows else "0 samples.",
        [{by: total.key, **usage_words.document(total)} for total in totals],
    )


def of_members(run: Invocation) -> dict[str, MemberUsage]:
    """What the agents of the run's session have used, sampled now, by their ids."""
    session_id = run.session().session_id
    team_usage.sample(run.registry, session_id)
    totals = team_usage.totals(run.registry, By.MEMBER, session_id)
    kept = team_usage.latest(run.registry, session_id)
    return {
        total.key: usage_words.of_member(total, kept[total.key])
        for total in totals
        if total.key in kept
    }


def _by_member(run: Invocation) -> None:
    used = of_members(run)
    agents = [
        agent
        for agent in lookup.all_agents(run.registry, run.session().session_id)
        if agent.agent_id in used
    ]
    rows = [
        (
            text.label(agent.name),
            *used[agent.agent_id].spent,
            *used[agent.agent_id].left,
        )
        for agent in agents
    ]
    table = output.table(("name", *_TOKENS, "context", "5 h", "week"), rows)
    run.say(
        table if rows else "0 samples.",
        [_document(agent, used[agent.agent_id]) for agent in agents],
    )


def _document(agent: Agent, usage: MemberUsage) -> dict[str, Any]:
    return {
        "session_id": agent.session_id,
        "agent_id": agent.agent_id,
        "name": agent.name,
        **usage.document,
    }


def _session_names(run: Invocation) -> dict[str, str]:
    """What the live sessions are called, by their ids."""
    return {
        session.session_id: text.label(session.label or session.session_id)
        for session in lookup.live_sessions(run.registry)
    }
