"""Session rows."""

from __future__ import annotations

from peewee import Select, fn

from cafleet_core.records import ACTIVE, ADMINISTRATOR, INPUT_REQUIRED, SessionSummary
from cafleet_core.records import Session as SessionRecord
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


def summaries(registry: Registry, include_deleted: bool) -> list[SessionSummary]:
    """Sessions, newest first, with their counts."""
    query = Session.select(
        Session.session_id,
        Session.label,
        Session.created_at,
        Session.deleted_at,
        Session.director_agent_id,
        _administrator(),
        _active(),
        _unacked(),
        _last_activity(),
    ).order_by(Session.created_at.desc())
    if not include_deleted:
        query = query.where(Session.deleted_at.is_null())
    return [
        SessionSummary(SessionRecord(*row[:6]), *row[6:])
        for row in registry.fetch(query)
    ]


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


def _administrator() -> Select:
    return (
        Agent.select(Agent.agent_id)
        .where(Agent.session == Session.session_id, Agent.kind == ADMINISTRATOR)
        .alias("administrator")
    )


def _active() -> Select:
    return (
        Agent.select(fn.COUNT(Agent.agent_id))
        .where(Agent.session == Session.session_id, Agent.status == ACTIVE)
        .alias("active")
    )


def _unacked() -> Select:
    return (
        Task.select(fn.COUNT(Task.seq))
        .where(Task.session == Session.session_id, Task.status_state == INPUT_REQUIRED)
        .alias("unacked")
    )


def _last_activity() -> Select:
    return (
        Task.select(Task.created_at)
        .where(
            Task.session == Session.session_id,
            Task.origin_task_id.is_null() | (Task.origin_task_id == Task.task_id),
        )
        .order_by(Task.seq.desc())
        .limit(1)
        .alias("last_activity")
    )
