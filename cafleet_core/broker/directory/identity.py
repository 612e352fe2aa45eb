"""Who is meant: sessions, agents and tasks by reference, and the caller by flag, environment or pane."""

from __future__ import annotations

from cafleet_core import host, text
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentStatus
from cafleet_core.storage import lookup, tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.config.settings import Settings
    from cafleet_core.records import Agent, Session, Task
    from cafleet_core.storage.registry import Registry


class Caller(NamedTuple):
    """The session that a command works in, and the agent that it works as."""

    session: Session
    agent: Agent


def find_session(registry: Registry, reference: str) -> Session:
    """The session with this id or unique prefix, deleted ones too.

    Raises NotFound, or Ambiguous with the candidates.
    """
    sessions = lookup.sessions(registry, text.storable(reference))
    if len(sessions) != 1:
        from cafleet_core.broker.directory import unknown  # seldom needed

        raise unknown.session(registry, reference, sessions)
    return sessions[0]


def find_agent(registry: Registry, session_id: str | None, reference: str) -> Agent:
    """The agent with this id, active name or unique prefix, within a session or (by id) any.

    Raises NotFound, or Ambiguous with the candidates.
    """
    agents = lookup.agents(registry, session_id, text.storable(reference))
    if len(agents) != 1:
        from cafleet_core.broker.directory import unknown  # seldom needed

        raise unknown.agent(registry, session_id, reference, agents)
    return agents[0]


def find_task(registry: Registry, session_id: str, reference: str) -> Task:
    """The session's task with this id or unique prefix; raises NotFound or Ambiguous."""
    candidates = tasks.find(registry, session_id, text.storable(reference))
    return _only_task(candidates, reference)


def find_own_task(
    registry: Registry, caller: Caller, reference: str, *, received: bool = False
) -> Task:
    """The task of this id or prefix; the caller's own part of a message to several.

    A prefix counts among what the caller sent or received (`received`: only this), where
    that holds one. Else it is somebody else's. Raises NotFound or Ambiguous.
    """
    candidates = tasks.find(
        registry, caller.session.session_id, text.storable(reference)
    )
    parts = [
        _own_part(registry, caller.agent.agent_id, task, received)
        for task in candidates
    ]
    own = list({task.task_id: task for task in parts if task}.values())
    return _only_task(own or candidates, reference)


def _own_part(
    registry: Registry, agent_id: str, task: Task, received: bool
) -> Task | None:
    sent = task.from_agent_id == agent_id and not received
    if sent or agent_id == task.to_agent_id:
        return task
    return tasks.delivery_of(registry, task.task_id, agent_id)


def _only_task(candidates: Sequence[Task], reference: str) -> Task:
    if len(candidates) != 1:
        from cafleet_core.broker.directory import unknown  # seldom needed

        raise unknown.task(reference, candidates)
    return candidates[0]


def session_of_caller(
    registry: Registry,
    settings: Settings,
    environ: Mapping[str, str],
    session_ref: str | None,
    agent_ref: str | None = None,
) -> Session:
    """The session by option, by environment, by the id of the agent's option, by pane.

    Raises CallerUnknown where none of them answers.
    """
    named = settings.session_id if session_ref is None else session_ref
    if named is not None:
        return find_session(registry, named)
    here = pane_agent(registry, environ)
    if agent_ref is not None and (
        here is None or lookup.agents(registry, None, text.storable(agent_ref))
    ):
        return find_session(registry, find_agent(registry, None, agent_ref).session_id)
    if here is None:
        from cafleet_core.broker.directory import unknown  # seldom needed

        raise unknown.session_needed(registry)
    return find_session(registry, here.session_id)


def caller(
    registry: Registry,
    settings: Settings,
    environ: Mapping[str, str],
    session_ref: str | None,
    agent_ref: str | None,
) -> Caller:
    """The active agent that calls, with its session.

    Raises CallerUnknown where nothing says who, Refused for a deregistered agent.
    """
    session = session_of_caller(registry, settings, environ, session_ref, agent_ref)
    reference = settings.agent_id if agent_ref is None else agent_ref
    if reference is not None:
        agent = find_agent(registry, session.session_id, reference)
    else:
        here = pane_agent(registry, environ)
        if here is None or here.session_id != session.session_id:
            from cafleet_core.broker.directory import unknown  # seldom needed

            raise unknown.agent_needed(registry, session.session_id)
        agent = here
    return Caller(session, active(agent))


def active(agent: Agent) -> Agent:
    """`agent` itself; raises Refused where it is no longer active."""
    if agent.status != AgentStatus.ACTIVE:
        raise Refused(f"Agent {agent.agent_id} is deregistered")
    return agent


def pane_agent(registry: Registry, environ: Mapping[str, str]) -> Agent | None:
    """The agent placed in the pane that `environ` describes, the newest where several are."""
    server = host.tmux_server(environ)
    pane_id = environ.get("TMUX_PANE", "")
    if server is None or not pane_id:
        return None
    found = lookup.pane_agents(registry, *server, pane_id)
    return found[0] if found else None
