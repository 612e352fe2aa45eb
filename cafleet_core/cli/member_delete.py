"""`cafleet member delete`: the end of a member and of its pane."""

from __future__ import annotations

from cafleet_core import ids
from cafleet_core.broker.team import roster
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Verb

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation


def delete(run: Invocation, member_id: str, force: bool) -> None:
    """Ask a member's agent to exit, then close its pane and deregister it."""
    from cafleet_core.broker.team import elsewhere

    agent = roster.find(run.registry, caller := run.caller(), member_id)
    ended = elsewhere.do(run.registry, caller, agent, Verb.DELETE, force=force)
    pane = (agent.placement and agent.placement.tmux_pane_id) or "(no pane)"
    if ended.remark:
        run.note(ended.remark)
    run.say(
        f"Member deleted.\n  agent_id:  {ids.shown(agent.agent_id)}\n"
        f"  pane_id:   {pane} ({ended.status})",
        {"agent_id": agent.agent_id, "pane_status": ended.status},
    )
