"""`cafleet usage`: what agents have used, and what their accounts have left."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.team import budgets
from cafleet_core.broker.team import usage as team_usage
from cafleet_core.broker.team.usage import By
from cafleet_core.cli import output, usage_words
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import lookup
from cafleet_core.usage.budget import BudgetScope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.broker.team.budgets import Standing
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
        sampled = team_usage.sample_all(run.registry)
    else:
        team_usage.sample(run.registry, session.session_id)
        sampled = [session.session_id]
    standings = _of_sessions(run, sampled)
    chosen = None if session is None else session.session_id
    totals = team_usage.totals(run.registry, By(by), chosen)
    named = _session_names(run) if by == By.SESSION else {}
    rows = [
        (named.get(total.key, total.key), *usage_words.spent(total)) for total in totals
    ]
    keys = [total.key for total in totals]
    _say(
        *(run, (by, *_TOKENS), rows, [standings.get(key) for key in keys]),
        [{by: total.key, **usage_words.document(total)} for total in totals],
    )


def _of_sessions(run: Invocation, session_ids: Sequence[str]) -> dict[str, Standing]:
    """How the budgets of whole sessions stand, by session id; those of agents are looked at too."""
    return {
        session_id: standing
        for session_id in session_ids
        for standing in budgets.checked(run.registry, session_id)
        if standing.budget.scope == BudgetScope.SESSION
    }


def _say(
    run: Invocation,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    standings: Sequence[Standing | None],
    documents: Sequence[dict[str, Any]],
    below: str = "",
) -> None:
    """Print a table, with a column of budgets if there is any, or the documents."""
    if any(standings):
        header = (*header, "budget")
        cells = [each.words if each else usage_words.UNKNOWN for each in standings]
        rows = [(*row, cell) for row, cell in zip(rows, cells, strict=True)]
    run.say(
        (output.table(header, rows) if rows else "0 samples.") + below,
        [
            {**document, **usage_words.budget_document(standing)}
            for document, standing in zip(documents, standings, strict=True)
        ],
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
    standings = budgets.checked(run.registry, run.session().session_id)
    of_agents = {
        each.budget.agent_id: each
        for each in standings
        if each.budget.scope == BudgetScope.AGENT
    }
    below = "".join(
        f"\nThe session has spent {each.words}."
        for each in standings
        if each.budget.scope == BudgetScope.SESSION
    )
    _say(
        *(run, ("name", *_TOKENS, "context", "5 h", "week"), rows),
        [of_agents.get(agent.agent_id) for agent in agents],
        [_document(agent, used[agent.agent_id]) for agent in agents],
        below,
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
