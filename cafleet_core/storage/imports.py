"""Store rows of another registry with their own ids and times."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from peewee import AutoField, Model, fn

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import search
from cafleet_core.storage.models import Agent, Session
from cafleet_core.storage.task_models import Task

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

Insert = Callable[[Mapping[str, object]], None]


class Known(NamedTuple):
    """The columns of an existing agent that decide whether an arriving row conflicts with it."""

    agent_id: str
    session_id: str
    name: str
    kind: str
    status: str
    deregistered_at: str | None


def sessions(registry: Registry) -> dict[str, str | None]:
    """The existing sessions: id to the stamp of deletion, or None."""
    query = Session.select(Session.session_id, Session.deleted_at)
    return dict(registry.fetch(query))


def agents(registry: Registry) -> list[Known]:
    """The existing agents of every session."""
    columns = (Agent.agent_id, Agent.session, Agent.name, Agent.kind, Agent.status)
    query = Agent.select(*columns, Agent.deregistered_at)
    return [Known(*row) for row in registry.fetch(query)]


def has_task(registry: Registry, task_id: str, session_id: str | None = None) -> bool:
    """Whether a task with this id exists, in this session if one is given."""
    row = registry.row("SELECT session_id FROM tasks WHERE task_id = ?", (task_id,))
    return row is not None and session_id in (None, row[0])


def inserting_sessions(registry: Registry) -> Insert:
    """A function that stores a session, which gets its Director by `sessions.set_director`."""
    return _storing(registry, Session, version=0)


def inserting_agents(registry: Registry) -> Insert:
    """A function that stores an agent without a pane."""
    return _storing(registry, Agent)


def inserting_tasks(registry: Registry) -> Insert:
    """A function that stores a task as the newest one; heads can be searched for."""
    sql, columns = _inserting(Task)

    def stored(row: Mapping[str, object]) -> None:
        none = dict.fromkeys(
            ("version", "push_attempts", "urgent", "attached", "commented"), 0
        )
        complete = {**row, **none}
        values = [complete.get(column) for column in columns]
        [(seq,)] = registry.rows(f"{sql} RETURNING seq", values)
        if row["origin_task_id"] in (None, row["task_id"]):
            search.add(registry, seq, str(row["session_id"]), str(row["text"]))

    return stored


def stamp_last_acts(registry: Registry, agent_id: str) -> None:
    """Set an agent's last activity to its last send or ack."""
    sent = Task.select(fn.MAX(Task.created_at)).where(Task.from_agent == agent_id)
    acked = Task.select(fn.MAX(Task.acked_at)).where(Task.context == agent_id)
    acts = [registry.fetch(query)[0][0] for query in (sent, acked)]
    if any(acts):
        at = max(filter(None, acts))
        changed = Agent.update(last_active_at=at).where(Agent.agent_id == agent_id)
        registry.run(changed)


def _storing(registry: Registry, model: type[Model], **always: object) -> Insert:
    """A function that stores a row, given by its columns' names; what it does not have is NULL."""
    sql, columns = _inserting(model)

    def stored(row: Mapping[str, object]) -> None:
        complete = {**row, **always}
        registry.execute(sql, [complete.get(column) for column in columns])

    return stored


def _inserting(model: type[Model]) -> tuple[str, list[str]]:
    """The statement that stores a row, written once however many there are, and its columns."""
    fields = [
        field for field in model._meta.sorted_fields if not isinstance(field, AutoField)
    ]
    sql, _ = model.insert_many([tuple(None for _ in fields)], fields=fields).sql()
    return sql, [field.column_name for field in fields]
