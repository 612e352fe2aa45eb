"""Undo creating a session or an agent: the only deletion of their rows besides `prune`."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.models import Agent, Placement, Session
from cafleet_core.storage.task_models import Task

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def erase_session(registry: Registry, session_id: str) -> bool:
    """Delete a session and its agents; False, and nothing is deleted, if it has messages."""
    if registry.fetch(Task.select(Task.seq).where(Task.session == session_id).limit(1)):
        return False
    in_session = Agent.session == session_id
    members = Agent.select(Agent.agent_id).where(in_session)
    registry.run(Placement.delete().where(Placement.agent.in_(members)))
    registry.run(
        Session.update(director_agent_id=None).where(Session.session_id == session_id)
    )
    registry.run(Agent.delete().where(in_session))
    registry.run(Session.delete().where(Session.session_id == session_id))
    return True


def erase_agent(registry: Registry, agent_id: str) -> bool:
    """Delete an agent; False, and nothing is deleted, if a message names it."""
    named = Task.select(Task.seq).where(
        (Task.context == agent_id) | (Task.from_agent == agent_id)
    )
    if registry.fetch(named.limit(1)):
        return False
    registry.run(Placement.delete().where(Placement.agent == agent_id))
    registry.run(Agent.delete().where(Agent.agent_id == agent_id))
    return True
