"""Store a message that is sent once a member is idle, has ended or has acked."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.directory import placements
from cafleet_core.broker.messages import send
from cafleet_core.broker.supervision import kept_states
from cafleet_core.broker.team import stored_states
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import look
from cafleet_core.records import Timing
from cafleet_core.states import AgentStatus, Awaited, PaneState
from cafleet_core.storage import lookup, related_tasks, scheduled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, Sent
    from cafleet_core.storage.registry import Registry

_SAYS = {
    Awaited.IDLE: "is idle, or gone",
    Awaited.EXIT: "is gone",
    Awaited.ACK: "has acked a message of yours, or is gone",
}


def watch(
    registry: Registry, caller: Caller, member: Agent, awaited: Awaited
) -> Sent | None:
    """Store a message of the caller's to itself that waits for a member; None if it is idle now.

    It is sent in the transaction that records the awaited change, and so once.
    Raises Refused where the member has no pane, or has nothing of the caller's to ack.
    """
    placements.pane_of(member)
    if awaited == Awaited.ACK and not _is_any_open(registry, caller, member):
        raise Refused(f"member {member.agent_id} has no message of yours to ack.")
    here = {} if awaited == Awaited.ACK else look([member])
    there = {} if awaited == Awaited.ACK else stored_states.readings(registry, [member])
    readings = {**there, **here}
    if awaited == Awaited.IDLE and any(
        reading.state == PaneState.IDLE for reading in readings.values()
    ):
        return None
    kept_states.keep(registry, [member], here)  # what comes now is a change of that
    words = (
        f"{member.name} {_SAYS[awaited]}:"
        f" you asked with cafleet member watch --until {awaited}."
    )
    sent = send.send(
        *(registry, caller.agent, [caller.agent], words),
        proof=caller.proof,
        timing=Timing(awaits=f"{member.agent_id} {awaited}"),
    )
    if _has_come(registry, caller, member, awaited, seen=_is_seen(readings)):
        with registry.write():  # while it was being stored
            scheduled.hasten(registry, sent.task.task_id, clock.stamp())
    return sent


def _is_seen(readings: Mapping[str, PaneReading]) -> bool:
    return any(reading.refusal is None for reading in readings.values())


def _has_come(
    registry: Registry, caller: Caller, member: Agent, awaited: Awaited, *, seen: bool
) -> bool:
    """Whether what is awaited is the case by now, as others may have recorded meanwhile."""
    (now,) = lookup.agents(registry, member.session_id, member.agent_id)
    if now.status != AgentStatus.ACTIVE or now.placement is None:
        return True
    if awaited == Awaited.ACK:
        return not _is_any_open(registry, caller, member)
    ends = {PaneState.DEAD, *((PaneState.IDLE,) if awaited == Awaited.IDLE else ())}
    return seen and now.placement.pane_state in ends


def _is_any_open(registry: Registry, caller: Caller, member: Agent) -> bool:
    return related_tasks.is_any_open(registry, caller.agent.agent_id, member.agent_id)
