"""The output of `member list`: a table, or documents, with each member's activity."""

from __future__ import annotations

from cafleet_core import clock, ids
from cafleet_core.broker.team import idleness
from cafleet_core.cli import output
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.cli.worktree_document import worktree_document
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.readings import PaneReading
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from cafleet_core.cli.usage_words import MemberUsage
    from cafleet_core.config.rules import Thresholds
    from cafleet_core.records import Agent
    from cafleet_core.views import Member
    from cafleet_core.worktrees.view import TreeView

_ABANDONED_SECONDS = 60.0
_USAGE = ("context", "cost")
_UNSEEN = PaneReading(PaneState.UNKNOWN, "none", "not observed")


class Machine(NamedTuple):
    """A machine's name, and whether nothing is seen of it now."""

    name: str
    away: bool


def document(
    agent: Agent, hosts: Mapping[str, Machine], tree: TreeView | None
) -> dict[str, Any]:
    """A member in the keys that scripts may rely on.

    `hosts` are the team's machines by id; empty where it is this one alone, whose name is None.
    """
    machine = _machine(agent, hosts)
    return {
        "agent_id": agent.agent_id,
        "name": agent.name,
        "description": agent.description,
        "note": agent.note,
        "status": agent.status,
        "registered_at": agent.registered_at,
        "placement": placement_document(agent.placement),
        "host": machine and machine.name,
        "worktree": tree and worktree_document(tree),
    }


def table(
    team: Sequence[Member],
    hosts: Mapping[str, Machine],
    trees: Mapping[str, TreeView],
    used: Mapping[str, MemberUsage] | None,
    now: datetime,
) -> str:
    """A line for each member: its name and where it lives.

    On which machine where there are several: `hosts` are their names by id; and its
    worktree where any has one: `trees` are those by agent, `used` what each has used, if
    that was asked for. What is noted of it comes last, where anything is of anybody.
    """
    if not team:
        return "0 members."
    columns = ["agent_id", "name", "status", "backend", "session", "window_id"]
    columns += ["pane_id", "created_at", *(["worktree"] if trees else [])]
    columns += [] if used is None else _USAGE
    noted = any(agent.note for agent, _ in team)
    columns += ["note"] if noted else []
    rows = [
        [
            *(ids.shown(agent.agent_id), agent.name, agent.status),
            *_where(agent, now),
            *(*_tree(agent, trees), *_usage(agent.agent_id, used)),
            *([agent.note or ""] if noted else []),
        ]
        for agent, _ in team
    ]
    if hosts:
        columns.insert(2, "host")
        for row, (agent, _) in zip(rows, team, strict=True):
            row.insert(2, _host(agent, hosts))
    return output.table(columns, rows)


def _tree(agent: Agent, trees: Mapping[str, TreeView]) -> tuple[str, ...]:
    """The cell of its worktree, if there are any."""
    view = trees.get(agent.agent_id)
    return ("" if view is None else view.summary,) if trees else ()


def _usage(agent_id: str, used: Mapping[str, MemberUsage] | None) -> tuple[str, ...]:
    """The cells of `_USAGE`, if usage was asked for."""
    if used is None:
        return ()
    usage = used.get(agent_id)
    return (usage.context, usage.cost) if usage else ("-", "-")


def _machine(agent: Agent, hosts: Mapping[str, Machine]) -> Machine | None:
    return hosts.get(agent.placement.host) if agent.placement else None


def _host(agent: Agent, hosts: Mapping[str, Machine]) -> str:
    machine = _machine(agent, hosts)
    return f"{machine.name}{' (away)' if machine.away else ''}" if machine else ""


def active_document(
    member: Member,
    view: PaneReading | None,
    limits: Thresholds,
    now: datetime,
    hosts: Mapping[str, Machine],
    tree: TreeView | None,
) -> dict[str, Any]:
    """A member's document with its activity, its state, and whether it is overdue.

    `state_age` is how many seconds ago the source reported the state, None if it is seen
    now; `until` is when a limit ends, None if not known.
    """
    activity, view = member.activity, view or _UNSEEN
    waited = _seconds(activity.oldest_unacked, now)
    return {
        **document(member.agent, hosts, tree),
        "state": view.state,
        "state_source": view.source,
        "state_age": None if view.age is None else round(view.age, 1),
        "state_reason": view.evidence,
        "until": view.until,
        "last_sent": activity.last_sent,
        "last_recv": activity.last_recv,
        "last_ack": activity.last_ack,
        "idle": int(idleness.idle_for(member, view.state, now)),
        "quiet": idleness.is_quiet(member, view.state, limits.quiet_after, now),
        "unacked": activity.unacked,
        "oldest_unacked": activity.oldest_unacked,
        "overdue": waited is not None and waited >= limits.overdue_after,
    }


def active_table(
    documents: Sequence[Mapping[str, Any]],
    now: datetime,
    used: Mapping[str, MemberUsage] | None,
) -> str:
    """A line for each of the documents of `active_document`, with usage if that was asked for."""
    if not documents:
        return "0 members."
    several = any(document["host"] for document in documents)
    noted = ("note",) if any(document["note"] for document in documents) else ()
    who = ("name", "host") if several else ("name",)
    times = ("last_sent", "last_recv", "last_ack")
    rows = [
        (
            ids.shown(document["agent_id"]),
            *(document[key] or "" for key in who),
            _state(document, now),
            *(
                clock.local_moment(document[key], now) if document[key] else "-"
                for key in times
            ),
            _late(clock.span(document["idle"]), "quiet" if document["quiet"] else ""),
            _late(str(document["unacked"]), "overdue" if document["overdue"] else ""),
            *_usage(document["agent_id"], used),
            *(document[key] or "" for key in noted),
        )
        for document in documents
    ]
    more = () if used is None else _USAGE
    return output.table(
        ("agent_id", *who, "state", *times, "idle", "unacked", *more, *noted), rows
    )


def _state(document: Mapping[str, Any], now: datetime) -> str:
    if document["until"] is None:
        return str(document["state"])
    return f"{document['state']} {clock.local_end(document['until'], now)}"


def abandoned(team: Sequence[Member], now: datetime) -> list[Agent]:
    """The members whose pane is still pending although its maker must have given up."""
    return [
        agent
        for agent, _ in team
        if agent.placement is not None
        and agent.placement.tmux_pane_id is None
        and clock.age(agent.placement.created_at, now) > _ABANDONED_SECONDS
    ]


def _where(agent: Agent, now: datetime) -> tuple[str, ...]:
    placed = agent.placement
    if placed is None:
        return ("",) * 5
    return (
        placed.coding_agent,
        placed.tmux_session,
        placed.tmux_window_id,
        placed.tmux_pane_id or "(pending)",
        clock.local_moment(placed.created_at, now),
    )


def _seconds(since: str | None, now: datetime) -> int | None:
    return None if since is None else int(clock.age(since, now))


def _late(value: str, word: str) -> str:
    return f"{value} {word}".rstrip()
