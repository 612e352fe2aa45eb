"""`cafleet member list`: the members of the team, and what each is doing."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.team import roster
from cafleet_core.cli import member_tables
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import worktrees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.cli.member_tables import Machine
    from cafleet_core.cli.usage_words import MemberUsage
    from cafleet_core.views import Member
    from cafleet_core.worktrees.view import TreeView


def listing(run: Invocation, activity: bool, usage: bool) -> None:
    """List your members; as the Administrator, those of the session."""
    team, now = roster.team(run.registry, run.caller()), clock.now()
    hosts = _hosts(run, team)
    trees = _trees(run)
    used = _used(run) if usage else None
    if activity:
        from cafleet_core.broker.team import pane_states

        views = pane_states.observe(run.registry, run.caller().session.session_id)
        limits = run.settings.thresholds
        documents = [
            member_tables.active_document(
                *(row, views.get(row.agent.agent_id), limits, now, hosts),
                trees.get(row.agent.agent_id),
            )
            for row in team
        ]
        run.say(
            member_tables.active_table(documents, now, used),
            _with_usage(documents, used),
        )
    else:
        documents = [
            member_tables.document(row.agent, hosts, trees.get(row.agent.agent_id))
            for row in team
        ]
        run.say(
            member_tables.table(team, hosts, trees, used),
            _with_usage(documents, used),
        )
    for agent in member_tables.abandoned(team, now):
        run.note(
            f"{agent.name} is pending since {agent.registered_at}: it was never started."
            f" Remove it with 'cafleet member delete --member-id {agent.agent_id}'."
        )


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


def _trees(run: Invocation) -> dict[str, TreeView]:
    """The session's worktrees by their agents; most sessions have none."""
    session_id = run.caller().session.session_id
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
