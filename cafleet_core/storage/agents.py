"""Agent and placement rows."""

from __future__ import annotations

from peewee import Select, fn

from cafleet_core.records import ACTIVE, INPUT_REQUIRED, Activity, Member
from cafleet_core.records import Agent as AgentRecord
from cafleet_core.records import Placement as PlacementRecord
from cafleet_core.storage import lookup
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


def roster(registry: Registry, session_id: str) -> list[Member]:
    """Every agent of a session, in the order of registration, with its activity."""
    rows = registry.rows(
        f"{lookup.AGENT} WHERE a.session_id = ? ORDER BY a.registered_at, a.kind DESC, a.agent_id",
        (session_id,),
    )
    activities = {
        agent_id: Activity(*columns)
        for agent_id, *columns in registry.fetch(_activities(session_id))
    }
    agents = map(lookup.agent_of, rows)
    return [Member(agent, activities[agent.agent_id]) for agent in agents]


def _activities(session_id: str) -> Select:
    """One row an agent, each column a step into an index: flat however long the history."""
    inbox = Task.select().where(
        Task.context == Agent.agent_id, Task.status_state == INPUT_REQUIRED
    )
    newest = Task.select(Task.created_at).order_by(Task.seq.desc()).limit(1)
    return Agent.select(
        Agent.agent_id,
        newest.where(Task.from_agent == Agent.agent_id).alias("last_sent"),
        newest.where(
            Task.context == Agent.agent_id, Task.to_agent_id.is_null(False)
        ).alias("last_recv"),
        Task.select(fn.MAX(Task.acked_at))
        .where(Task.context == Agent.agent_id, Task.acked_at.is_null(False))
        .alias("last_ack"),
        Agent.last_active_at,
        inbox.select(fn.COUNT(Task.seq)).alias("unacked"),
        inbox.select(fn.COUNT(Task.seq)).where(Task.read_at.is_null()).alias("unread"),
        inbox.select(Task.created_at).order_by(Task.seq).limit(1).alias("oldest"),
    ).where(Agent.session == session_id)


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
