"""Register and deregister agents."""

from __future__ import annotations

from cafleet_core import clock, ids, text
from cafleet_core.broker.directory import identity
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Agent, Session
from cafleet_core.states import AgentKind, AgentStatus
from cafleet_core.storage import agents, lookup

if TYPE_CHECKING:
    from cafleet_core.panes.tmux.facts import Here
    from cafleet_core.storage.registry import Registry

LONGEST_NAME = 64

EVERYONE = frozenset(("all", "everyone", "*"))
"""Words that stand for all agents of a session, and are therefore refused as names."""

MARKS = frozenset("|[]")
"""Characters that delimit an envelope, and are therefore refused in names."""


def register(
    registry: Registry,
    session: Session,
    name: str,
    description: str,
    *,
    skills: str | None = None,
    here: Here | None = None,
    coding_agent: str = "unknown",
) -> Agent:
    """Add an agent to a live session; with `here`, it is placed in that pane.

    Raises InvalidInput for a name that cannot be addressed, Refused for a taken one.
    """
    at = clock.stamp()
    placement = None
    if here:
        from cafleet_core.broker.directory.placements import mark_pane, placement_in

        placement = placement_in(here, coding_agent, at)
    agent = new_agent(session, name, description, AgentKind.AGENT, at)._replace(
        skills=skills_of(skills), placement=placement
    )
    with registry.write():
        add(registry, agent)
    if here:
        mark_pane(agent)
    return agent


def new_agent(
    session: Session, name: str, description: str, kind: AgentKind, at: str
) -> Agent:
    """A new active agent, not yet stored; raises InvalidInput for an unusable name."""
    if not text.is_text(description):
        raise InvalidInput("the description is not UTF-8 text.")
    return Agent(
        agent_id=ids.new(),
        session_id=session.session_id,
        name=_addressable(name),
        description=text.storable(description),
        status=AgentStatus.ACTIVE,
        kind=kind,
        skills=None,
        registered_at=at,
        deregistered_at=None,
        last_active_at=at,
    )


def skills_of(document: str | None) -> str | None:
    """A JSON document of skills as given; raises InvalidInput for any other text."""
    if document is None:
        return None
    import json

    try:
        return json.dumps(json.loads(document), allow_nan=False)
    except ValueError as error:
        raise InvalidInput(f"--skills is not JSON: {error}.") from None
    except RecursionError:
        raise InvalidInput("--skills is not JSON: it is nested too deeply.") from None


def add(registry: Registry, agent: Agent) -> None:
    """Store a new agent, inside the caller's transaction.

    Raises Refused where the session is deleted or the name is taken.
    """
    session = identity.find_session(registry, agent.session_id)
    if session.deleted_at is not None:
        raise Refused(f"session {session.session_id} is deleted")
    for other in lookup.active_agents(registry, session.session_id):
        if text.same_name(other.name, agent.name):
            raise Refused(
                f"an active agent named '{other.name}' exists in this session."
            )
    agents.insert(registry, agent)


def listed(registry: Registry, session: Session) -> list[Agent]:
    """The active agents of a session, in the order of registration."""
    return lookup.active_agents(registry, session.session_id)


def deregister(registry: Registry, agent: Agent) -> None:
    """Deregister an agent: no placement, no new messages, and its open deliveries fail.

    Raises Refused for the root Director and the Administrator, and for an inactive agent.
    """
    from cafleet_core.storage import unsettled_tasks  # only to deregister

    refuse_built_in(agent)
    at = clock.stamp()
    with registry.write():
        current = identity.find_agent(registry, agent.session_id, agent.agent_id)
        if current.status != AgentStatus.ACTIVE:
            raise Refused(f"agent {agent.agent_id} is already deregistered.")
        unsettled_tasks.fail_open(registry, agent.agent_id, at)
        agents.deregister(registry, agent.agent_id, at)
    if current.placement is not None:
        from cafleet_core.broker.directory.placements import unmark_pane

        unmark_pane(current)


def refuse_built_in(agent: Agent) -> None:
    """Raise Refused for the Director and the Administrator, who leave only with their session."""
    if agent.kind == AgentKind.DIRECTOR:
        raise Refused(
            "cannot deregister the root Director; use 'cafleet session delete' instead."
        )
    if agent.kind == AgentKind.ADMINISTRATOR:
        raise Refused("Administrator cannot be deregistered")


def _addressable(name: str) -> str:
    """The name, if it can be written after `@` and `--to`; raises InvalidInput otherwise."""
    clean = text.label(name)
    if clean != name:
        raise InvalidInput(
            "a name is one line without control characters or outer blanks."
        )
    if not clean or len(clean) > LONGEST_NAME:
        raise InvalidInput(f"a name has 1 to {LONGEST_NAME} characters.")
    read = text.as_drawn(clean)
    if not read or read in EVERYONE or read.startswith(("-", "@")) or MARKS & {*read}:
        raise InvalidInput(f"'{clean}' cannot be a name.")
    if ids.looks_like_one(read):
        raise InvalidInput(
            f"'{clean}' reads as the beginning of an id; a name needs another letter."
        )
    return clean
