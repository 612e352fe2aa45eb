"""Record when another machine of a session is away, and when it is back."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.hosts import presence
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind, EventKind
from cafleet_core.storage import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

_KINDS = (EventKind.HOST_AWAY, EventKind.HOST_BACK)


def record(registry: Registry, team: Sequence[Agent]) -> None:
    """Record what has changed since the last such event, if the Director lives here."""
    here = host.host_id()
    placed = [(agent, agent.placement) for agent in team if agent.placement]
    if not any(
        agent.kind == AgentKind.DIRECTOR and placement.host == here
        for agent, placement in placed
    ):
        return
    session_id = placed[0][0].session_id
    others = {placement.host for _, placement in placed} - {here}
    known, now = presence.known(registry, others), clock.now()
    for host_id in others:
        machine = known.get(host_id)
        there = presence.is_there(machine, now)
        was = events.last_of(registry, session_id, host_id, _KINDS)
        if there == (was != EventKind.HOST_AWAY):
            continue
        kind = EventKind.HOST_BACK if there else EventKind.HOST_AWAY
        with registry.write(session_id):
            events.add(
                *(registry, kind, clock.stamp(now), session_id, None),
                new=presence.label(machine, host_id),
                reference=host_id,
            )
