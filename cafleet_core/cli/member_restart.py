"""`cafleet member restart`: a member's program started again."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.broker.team import roster
from cafleet_core.cli.agent_start import readiness, show_unready
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation


def restart(run: Invocation, member_id: str, fresh: bool, force: bool) -> None:
    """Start a member's agent again, crashed or not: same id, name, mail and conversation.

    One that lives is asked to exit first, but not over a question or a draft. Its pane is
    used again, or made anew. Then it is told what waits for it.
    """
    from cafleet_core.broker.team import restart_member
    from cafleet_core.broker.team.restart_member import Restart

    member = roster.find(run.registry, run.caller(), member_id)
    run.places_agents = True
    made = restart_member.restart(run.registry, member, Restart(fresh, force))
    agent, placed = made.agent, made.agent.placement
    kept = "new" if fresh else "kept"
    run.say(
        f"{ids.shown(agent.agent_id)} {text.label(agent.name)} restarted"
        f" pane={placed and placed.tmux_pane_id} conversation={kept} {readiness(made)}",
        {
            "agent_id": agent.agent_id,
            "name": agent.name,
            "ready": made.ready,
            "state": made.state,
            "fresh": fresh,
            "placement": placement_document(placed),
        },
    )
    if made.remark:
        run.note(made.remark)
    show_unready(made)
