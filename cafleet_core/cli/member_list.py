"""`cafleet member list`: the members of the team, and what each is doing."""

from __future__ import annotations

from cafleet_core import clock, host, ids
from cafleet_core.broker.team import idleness, roster
from cafleet_core.cli import member_tables
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import PaneState
from cafleet_core.storage import worktrees
from cafleet_core.views import RosterOrder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from cafleet_core.broker.team.roster_order import Place
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.cli.member_tables import Machine
    from cafleet_core.cli.usage_words import MemberUsage
    from cafleet_core.config.rules import Thresholds
    from cafleet_core.readings import PaneReading
    from cafleet_core.views import Member
    from cafleet_core.worktrees.view import TreeView


def listing(
    run: Invocation, activity: bool, news: bool, sort: str | None, usage: bool
) -> None:
    """List your members; as the Administrator, those of the session.

    With --news only those who wait for an answer, cannot work, are gone or are silent on
    mail; one line if there is none.
    """
    caller = run.caller()
    team, now = roster.team(run.registry, caller), clock.now()
    trees = _trees(run, caller.session.session_id)
    beside = _Beside(_hosts(run, team), trees, _used(run) if usage else None)
    views = _views(run, team) if activity or news else {}
    if sort is not None:
        team = _sorted(team, views, RosterOrder(sort), run.settings.thresholds, now)
    if activity or news:
        _say_active(run, team, views, news, beside, now)
    else:
        documents = [
            member_tables.document(
                row.agent, beside.hosts, beside.trees.get(row.agent.agent_id)
            )
            for row in team
        ]
        run.say(
            member_tables.table(team, *beside, now),
            _with_usage(documents, beside.used),
        )
    for agent in member_tables.abandoned(team, now):
        run.note(
            f"{agent.name} is pending since {clock.seconds(agent.registered_at)}:"
            " it was never started. Remove it with"
            f" 'cafleet member delete {ids.shown(agent.agent_id)}'."
        )


class _Beside(NamedTuple):
    """What is known of members beside their rows: see `member_tables.table`."""

    hosts: dict[str, Machine]
    trees: dict[str, TreeView]
    used: dict[str, MemberUsage] | None


def _views(run: Invocation, team: Sequence[Member]) -> Mapping[str, PaneReading]:
    """What the members' panes show now, by agent id."""
    from cafleet_core.broker.team import pane_states

    return pane_states.anywhere(run.registry, [member.agent for member in team])


def _sorted(
    team: Sequence[Member],
    views: Mapping[str, PaneReading],
    order: RosterOrder,
    limits: Thresholds,
    now: datetime,
) -> list[Member]:
    """The team in an order, by states as they were seen, else as they are stored."""

    from cafleet_core.broker.team import (
        roster_order,
    )  # else they stay as they were made

    def place(member: Member) -> Place:
        view, placement = views.get(member.agent.agent_id), member.agent.placement
        stored = placement.pane_state if placement else None
        state: str = view.state if view else stored or PaneState.UNKNOWN
        if idleness.is_quiet(member, state, limits.quiet_after, now):
            state = roster_order.QUIET
        since_act = idleness.since_last_act(member, now)
        return roster_order.place(order, member, state, since_act)

    return sorted(team, key=place)


def _say_active(
    run: Invocation,
    team: Sequence[Member],
    views: Mapping[str, PaneReading],
    news: bool,
    beside: _Beside,
    now: datetime,
) -> None:
    """Print what each member does; with `news` of those alone that need somebody."""
    limits = run.settings.thresholds
    shown = _needy(run, team, views, now) if news else team
    documents = [
        member_tables.active_document(
            *(row, views.get(row.agent.agent_id), limits, now, beside.hosts),
            beside.trees.get(row.agent.agent_id),
        )
        for row in shown
    ]
    words = member_tables.active_table(documents, now, beside.used)
    if team and not shown:
        count = "1 member" if len(team) == 1 else f"{len(team)} members"
        words = f"No news of {count}."
    run.say(words, _with_usage(documents, beside.used))


def _needy(
    run: Invocation,
    team: Sequence[Member],
    views: Mapping[str, PaneReading],
    now: datetime,
) -> list[Member]:
    """Those of the team that its Director should look at now."""
    from cafleet_core.broker.supervision import concerns

    needy = concerns.concerns(team, views, run.settings.thresholds, now)
    agent_ids = {concern.agent_id for concern in needy}
    return [member for member in team if member.agent.agent_id in agent_ids]


def _used(run: Invocation) -> dict[str, MemberUsage]:
    """What the agents of the session have used, sampled now, by their ids."""
    from cafleet_core.cli import usage  # costs a look into every agent's files

    return usage.of_members(run)


def _with_usage(
    documents: list[dict[str, Any]], used: Mapping[str, MemberUsage] | None
) -> list[dict[str, Any]]:
    """The documents with each member's usage, if it was asked for; None where not known."""
    if used is None:
        return documents
    known = {agent_id: usage.document for agent_id, usage in used.items()}
    return [{**each, "usage": known.get(each["agent_id"])} for each in documents]


def _trees(run: Invocation, session_id: str) -> dict[str, TreeView]:
    """The session's worktrees by their agents; most sessions have none."""
    if not worktrees.of_session(run.registry, session_id):
        return {}
    from cafleet_core.broker.team import trees  # git is started by what has trees

    views = trees.of_session(run.registry, session_id)
    return {view.tree.agent_id: view for view in views}


def _hosts(run: Invocation, team: Sequence[Member]) -> dict[str, Machine]:
    """The names of the team's machines by their ids; nothing where it is this one alone."""
    here = host.host_id()
    ids = [member.agent.placement.host for member in team if member.agent.placement]
    if all(host_id == here for host_id in ids):
        return {}
    from cafleet_core.broker.hosts import presence  # most teams have one machine

    hosts, at = presence.known(run.registry, ids), clock.now()
    return {
        host_id: member_tables.Machine(
            presence.label(hosts.get(host_id), host_id),
            not presence.is_there(hosts.get(host_id), at),
        )
        for host_id in ids
    }
