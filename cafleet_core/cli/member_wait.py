"""`cafleet member wait` and `watch`: block until a member comes to a state, or be told of it."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.broker.team import roster, wait
from cafleet_core.cli import patience
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Awaited, PaneState

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent

_AWAITS = {
    Awaited.IDLE: "is idle or gone",
    Awaited.EXIT: "is gone",
    Awaited.ACK: "has acked a message of yours, or is gone",
}


def wait_for_state(
    run: Invocation, member_id: str, states: tuple[str, ...], timeout: float
) -> None:
    """Wait until a member's pane is in a state, or in one of several."""
    caller, awaited = run.caller(), [PaneState(state) for state in states]

    def wait_on(left: float) -> tuple[Agent, PaneState]:
        member = roster.find(run.registry, caller, member_id)
        waited = timeout - left
        return member, wait.until(run.registry, member, awaited, left, waited)

    agent, state = patience.through_trouble(run, wait_on, timeout)
    run.say(
        f"{text.label(agent.name)} is {state}.",
        {"member_agent_id": agent.agent_id, "name": agent.name, "state": state},
    )


def watch(run: Invocation, member_id: str, until: str) -> None:
    """Have one message sent to you when a member is idle, is gone, or has acked.

    Go on meanwhile: it comes once, whatever becomes of this process, and `message cancel`
    takes it back until then. Whoever delivers looks at the panes for it.
    """
    from cafleet_core.broker.supervision import watch

    agent = roster.find(run.registry, caller := run.caller(), member_id)
    sent = watch.watch(run.registry, caller, agent, Awaited(until))
    document = {"member_agent_id": agent.agent_id, "name": agent.name, "until": until}
    name = text.label(agent.name)
    if sent is None:
        run.say(f"{name} is idle now.", {**document, "state": "idle", "id": None})
        return
    task_id = sent.task.task_id
    run.say(
        f"Message {ids.shown(task_id)} comes when {name} {_AWAITS[Awaited(until)]}.",
        {**document, "id": task_id},
    )
