"""Create, list and delete sessions.

Modules that only creating, listing or deleting needs are imported in the functions: most
commands only look a session up.
"""

from __future__ import annotations

from cafleet_core import clock, ids, text
from cafleet_core.broker.directory import identity
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import Agent, Session
from cafleet_core.states import AgentKind, AgentStatus
from cafleet_core.storage import agents, lookup, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.panes.tmux.facts import Here
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import SessionSummary

DIRECTOR_NAME = "Director"
DIRECTOR_DESCRIPTION = "Root Director for this session"
ADMINISTRATOR_NAME = "Administrator"
ADMINISTRATOR_DESCRIPTION = "The human at the control room"

_LONGEST_SHOWN = 80


class Created(NamedTuple):
    """A new session with its Director and its Administrator."""

    session: Session
    director: Agent


class Deleted(NamedTuple):
    """What deleting a session ended: the number of active agents, and their placements."""

    session: Session
    deregistered: int
    placed: tuple[Agent, ...]


def create(
    registry: Registry,
    here: Here,
    label: str | None,
    coding_agent: str,
    *,
    operation: str | None = None,
) -> Created:
    """Create a session whose Director is placed in the pane `here`, in one transaction.

    `operation` names the process that is still to start the Director there. Raises Refused
    for the label of a live session.
    """
    from cafleet_core.broker.directory.placements import mark_pane, placement_in

    at, session_id, director_id = clock.stamp(), ids.new(), ids.new()
    placement = placement_in(here, coding_agent, at)._replace(operation=operation)
    director = built_in(director_id, session_id, AgentKind.DIRECTOR, at)._replace(
        placement=placement
    )
    with registry.write():
        label = expect_free(registry, label)
        sessions.insert(registry, session_id, label, at)
        agents.insert(registry, director)
        sessions.set_director(registry, session_id, director_id)
        agents.insert(
            registry, built_in(ids.new(), session_id, AgentKind.ADMINISTRATOR, at)
        )
    mark_pane(director)
    return Created(find(registry, session_id), director)


def expect_free(registry: Registry, label: str | None) -> str | None:
    """A label as it is stored; raises Refused for one of a live session: it names that one."""
    if not text.is_text(label or ""):
        raise InvalidInput("the label is not UTF-8 text.")
    label = label and text.storable(label)
    if label and (namesake := lookup.labelled(registry, label)):
        shown = text.cut(text.label(label), _LONGEST_SHOWN)
        raise Refused(f"session {namesake} is called '{shown}' and is still open")
    return label


def find(registry: Registry, reference: str) -> Session:
    """The session with this id, label or unique prefix; raises NotFound or Ambiguous."""
    return identity.find_session(registry, reference)


def summaries(
    registry: Registry, include_deleted: bool = False
) -> list[SessionSummary]:
    """Sessions, newest first, with the counts that a list shows."""
    from cafleet_core.storage import overview

    return overview.sessions(registry, include_deleted)


def delete(registry: Registry, reference: str) -> Deleted:
    """Stamp a session as deleted, deregister its agents, delete their placements; tasks stay.

    Deleting again changes nothing and counts 0.
    """
    from cafleet_core.storage import unsettled_tasks  # only to delete

    session = find(registry, reference)
    at = clock.stamp()
    with registry.write():
        team = lookup.active_agents(registry, session.session_id)
        for agent in team:
            unsettled_tasks.fail_open(registry, agent.agent_id, at)
        count = sessions.delete(registry, session.session_id, at)
    return Deleted(session, count, tuple(agent for agent in team if agent.placement))


def erase(registry: Registry, session_id: str) -> None:
    """Remove a session whose creation failed; one with messages is deleted instead."""
    from cafleet_core.storage.erasure import erase_session

    with registry.write():
        erased = erase_session(registry, session_id)
    if not erased:
        delete(registry, session_id)


def add_missing_administrators(registry: Registry) -> int:
    """Add an Administrator to every live session without one; returns how many were added."""
    at = clock.stamp()
    with registry.write():
        orphaned = sessions.without_administrator(registry)
        for session_id in orphaned:
            agents.insert(
                registry, built_in(ids.new(), session_id, AgentKind.ADMINISTRATOR, at)
            )
    return len(orphaned)


def coding_agent_named(name: str | None, environ: Mapping[str, str]) -> str:
    """The coding agent that the caller named, else the one that runs this process.

    Raises NotFound for a name that is not in the catalog.
    """
    from cafleet_core.agents import catalog, cues

    if name is None:
        return catalog.running(environ)
    return name if name == cues.UNKNOWN else catalog.get(name).name


def built_in(agent_id: str, session_id: str, kind: AgentKind, at: str) -> Agent:
    """A session's Director or Administrator, active and not yet stored."""
    director = kind == AgentKind.DIRECTOR
    return Agent(
        agent_id=agent_id,
        session_id=session_id,
        name=DIRECTOR_NAME if director else ADMINISTRATOR_NAME,
        description=DIRECTOR_DESCRIPTION if director else ADMINISTRATOR_DESCRIPTION,
        status=AgentStatus.ACTIVE,
        kind=kind,
        skills=None,
        registered_at=at,
        deregistered_at=None,
        last_active_at=at if director else None,
    )
