"""`cafleet member wait`: block until a member is free, asks something, or is gone."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.team import roster, wait
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation


def wait_for_state(
    run: Invocation, member_id: str, states: tuple[str, ...], timeout: float
) -> None:
    """Wait until a member's pane is in a state, or in one of several."""
    agent = roster.find(run.registry, run.caller(), member_id)
    awaited = [PaneState(state) for state in states]
    state = wait.until(run.registry, agent, awaited, timeout)
    run.say(
        f"{text.label(agent.name)} is {state}.",
        {"member_agent_id": agent.agent_id, "name": agent.name, "state": state},
    )
