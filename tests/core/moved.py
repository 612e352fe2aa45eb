"""Importing an earlier registry, and what is here of it afterwards."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import history
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Agent, Session
from cafleet_core.registry_import import tasks
from cafleet_core.registry_import.tasks import Moved
from cafleet_core.storage import lookup
from cafleet_core.views import Entry, Filter
from tests.earlier import EarlierRegistry

TABLES = ("sessions", "agents", "agent_placements", "tasks", "tasks_text_docsize")


def move_in(
    registry: Registry, source: EarlierRegistry, *, dry_run: bool = False
) -> Moved:
    return tasks.move_in(
        registry, str(source.path), dry_run=dry_run, progress=lambda *_: None
    )


def imported(moved: Moved) -> list[int]:
    return [counts["imported"] for counts in moved[:3]]


def present(moved: Moved) -> list[int]:
    return [counts["present"] for counts in moved[:3]]


def everything(registry: Registry) -> list[object]:
    return [registry.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES]


def the_session(registry: Registry) -> Session:
    [summary] = sessions.summaries(registry, include_deleted=True)
    return summary.session


def entries(registry: Registry, words: str | None = None) -> list[Entry]:
    wanted = Filter(words=words) if words else Filter()
    return history.page(registry, the_session(registry).session_id, wanted, 100)


def team(registry: Registry) -> dict[str, Agent]:
    agents = lookup.all_agents(registry, the_session(registry).session_id)
    return {agent.name: agent for agent in agents}


def stamped(said: str) -> str:
    return clock.stamp(clock.parse(said))
