"""Agent and placement rows."""

from __future__ import annotations

from cafleet_core.records import ACTIVE
from cafleet_core.records import Agent as AgentRecord
from cafleet_core.records import Placement as PlacementRecord
from cafleet_core.storage.models import Agent, Placement, Task
from cafleet_core.storage.registry import Registry


def insert(registry: Registry, agent: AgentRecord) -> None:
    """Store an agent, and its placement where it has one."""
    columns = agent._asdict()
    del columns["placement"]
    columns["session"] = columns.pop("session_id")
    registry.run(Agent.insert(**columns))
    if agent.placement is not None:
        place(registry, agent.agent_id, agent.placement)


def place(registry: Registry, agent_id: str, placement: PlacementRecord) -> None:
    """Store where an agent lives, instead of what was known before."""
    displace(registry, agent_id)
    registry.run(Placement.insert(agent=agent_id, **placement._asdict()))


def displace(registry: Registry, agent_id: str) -> None:
    """Forget where an agent lives."""
    registry.run(Placement.delete().where(Placement.agent == agent_id))


def deregister(registry: Registry, agent_id: str, at: str) -> None:
    """Take an agent off the active list, and out of its pane."""
    displace(registry, agent_id)
    registry.run(
        Agent.update(status="deregistered", deregistered_at=at).where(
            Agent.agent_id == agent_id, Agent.status == ACTIVE
        )
    )


def erase(registry: Registry, agent_id: str) -> bool:
    """Remove an agent that never came to be; False where messages already name it."""
    named = Task.select(Task.seq).where(
        (Task.context == agent_id) | (Task.from_agent == agent_id)
    )
    if registry.fetch(named.limit(1)):
        return False
    displace(registry, agent_id)
    registry.run(Agent.delete().where(Agent.agent_id == agent_id))
    return True
