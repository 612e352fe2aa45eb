"""Wait until a member's pane is in one of some states."""

from __future__ import annotations

import time

from cafleet_core.broker.directory import identity, placements
from cafleet_core.broker.team import stored_states
from cafleet_core.errors import NotReady, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import look
from cafleet_core.states import AgentStatus, PaneState, PushReason

if TYPE_CHECKING:
    from collections.abc import Collection

    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

_LOOK_SECONDS = 0.25


def until(
    registry: Registry,
    member: Agent,
    states: Collection[PaneState],
    seconds: float,
    waited: float = 0.0,
) -> PaneState:
    """Wait until the pane is in one of `states`, and return which.

    `waited` are seconds that were waited before, which count where it is told how long.
    Raises NotReady if that takes longer than `seconds`, Refused if the member has left, or
    its pane is gone and DEAD is not one of the states.
    """
    placements.pane_of(member)
    deadline = time.monotonic() + seconds
    while True:
        reading = _reading(registry, member)
        state = reading.state if reading else PaneState.DEAD
        if state in states:
            return state
        if state == PaneState.DEAD:
            raise Refused(f"member {member.agent_id} has no pane any more.")
        if time.monotonic() >= deadline:
            awaited = ", ".join(states)
            away = reading and reading.refusal == PushReason.HOST_AWAY
            machine = " (its machine is away)" if away else ""
            whole = waited + seconds
            raise NotReady(
                f"member {member.agent_id} is {state}{machine} after {whole:g} s,"
                f" not {awaited}."
            )
        time.sleep(_LOOK_SECONDS)
        member = _active(registry, member)


def _reading(registry: Registry, member: Agent) -> PaneReading | None:
    """The reading of the member's pane, or the one that its machine has stored."""
    seen = look([member]) or stored_states.readings(registry, [member])
    return seen.get(member.agent_id)


def _active(registry: Registry, member: Agent) -> Agent:
    """The member as stored now: one that was restarted has another pane. Raises Refused."""
    now = identity.find_agent(registry, member.session_id, member.agent_id)
    if now.status != AgentStatus.ACTIVE or now.placement is None:
        raise Refused(f"member {member.agent_id} has left.")
    return now
