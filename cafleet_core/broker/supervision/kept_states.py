"""Store the states that panes were seen in, for readers that look at no pane."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import monitors, outbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import PaneReading


def keep(
    registry: Registry, team: Sequence[Agent], views: Mapping[str, PaneReading]
) -> None:
    """Store changed states, and make the pushes due that an agent with a changed state is owed."""
    changed = [
        (agent.agent_id, views[agent.agent_id].state)
        for agent in team
        if agent.placement is not None
        and agent.agent_id in views
        and views[agent.agent_id].state != agent.placement.pane_state
    ]
    if changed:
        at = clock.stamp()
        with registry.write():
            for agent_id, state in changed:
                monitors.keep_state(registry, agent_id, state, at)
                outbox.make_due(registry, agent_id, at)
