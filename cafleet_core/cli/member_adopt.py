"""`cafleet member adopt` and `release`: members that cafleet has not started, or lets go."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.broker.team import roster
from cafleet_core.cli import output
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.broker.team.adopt import Unowned
    from cafleet_core.cli.invocation import Invocation

_COLUMNS = ("pane_id", "session", "window_id", "kind", "state")


def adopt(
    run: Invocation,
    pane: str | None,
    name: str | None,
    coding_agent: str | None,
    lists: bool,
) -> None:
    """Make a coding agent that runs already in this tmux server a member of yours.

    Nothing is typed. Whoever is another agent's, of any session, is not taken, nor what is no
    known coding agent. --list shows those that are, and what they do.
    """
    from cafleet_core.broker.team import adopt

    caller = run.caller()
    if lists:
        _list(run, adopt.unowned(run.registry, caller))
        return
    if not pane:
        raise InvalidInput("give --pane <pane>, or --list.")
    run.places_agents = True
    member = adopt.adopt(run.registry, caller, pane, name or "", coding_agent or "")
    kind = member.placement.coding_agent if member.placement else ""
    run.say(
        f"{text.label(member.name)} ({kind} in pane {pane}) is a member now.\n"
        f"  agent_id:  {ids.shown(member.agent_id)}",
        {
            "agent_id": member.agent_id,
            "name": member.name,
            "pane_id": pane,
            "coding_agent": kind,
        },
    )


def release(run: Invocation, member_id: str) -> None:
    """Let a member go: it is deregistered, and its pane and program stay as they are.

    What it has not acked fails, and its senders see that; what was said stays.
    """
    from cafleet_core.broker.team import adopt

    agent = roster.find(run.registry, caller := run.caller(), member_id)
    unacked = {
        member.agent.agent_id: member.activity.unacked
        for member in roster.team(run.registry, caller)
    }.get(agent.agent_id, 0)
    adopt.release(run.registry, agent)
    pane = (agent.placement and agent.placement.tmux_pane_id) or "(no pane)"
    run.say(
        f"{text.label(agent.name)} is released; pane {pane} stays as it is."
        f"\n  failed messages:  {unacked}",
        {"agent_id": agent.agent_id, "pane_id": pane, "failed": unacked},
    )


def _list(run: Invocation, listed: list[Unowned]) -> None:
    rows = [
        (
            *(each.pane.pane_id, text.label(each.pane.session), each.pane.window_id),
            *(" or ".join(each.kinds), str(each.state)),
        )
        for each in listed
    ]
    run.say(
        output.table(_COLUMNS, rows) if rows else "No unowned coding agents.",
        [
            {
                "pane_id": each.pane.pane_id,
                "session": each.pane.session,
                "window_id": each.pane.window_id,
                "kinds": list(each.kinds),
                "state": each.state,
            }
            for each in listed
        ],
    )
