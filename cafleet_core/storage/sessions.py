"""Session rows."""

from __future__ import annotations

from cafleet_core.records import ACTIVE, ADMINISTRATOR
from cafleet_core.storage.models import Agent, Placement, Session, Task
from cafleet_core.storage.registry import Registry


def insert(registry: Registry, session_id: str, label: str | None, at: str) -> None:
    """Store a session that has no Director yet."""
    registry.run(Session.insert(session_id=session_id, label=label, created_at=at))


def set_director(registry: Registry, session_id: str, agent_id: str) -> None:
    """Name the session's root agent."""
    registry.run(
        Session.update(director_agent_id=agent_id).where(
            Session.session_id == session_id
        )
    )


def without_administrator(registry: Registry) -> list[str]:
    """The ids of the live sessions that have no Administrator."""
    administered = Agent.select(Agent.session).where(Agent.kind == ADMINISTRATOR)
    query = Session.select(Session.session_id).where(
        Session.deleted_at.is_null(), Session.session_id.not_in(administered)
    )
    return [session_id for (session_id,) in registry.fetch(query)]


def delete(registry: Registry, session_id: str, at: str) -> int:
    """Stamp a session deleted and dissolve its team; how many agents were active."""
    in_session = Agent.session == session_id
    registry.run(
        Session.update(deleted_at=at).where(
            Session.session_id == session_id, Session.deleted_at.is_null()
        )
    )
    members = Agent.select(Agent.agent_id).where(in_session)
    registry.run(Placement.delete().where(Placement.agent.in_(members)))
    return registry.run(
        Agent.update(status="deregistered", deregistered_at=at).where(
            in_session, Agent.status == ACTIVE
        )
    )


def erase(registry: Registry, session_id: str) -> bool:
    """Remove a session and its agents; False where it has messages."""
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
