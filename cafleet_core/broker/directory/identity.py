"""Who is meant: sessions, agents and tasks by reference, and the caller by flag, environment or pane."""

from __future__ import annotations

from cafleet_core import host, text
from cafleet_core.errors import Ambiguous, CallerUnknown, NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentStatus
from cafleet_core.storage import lookup, tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.config.settings import Settings
    from cafleet_core.records import Agent, Session, Task
    from cafleet_core.storage.registry import Registry

NO_SESSION = (
    "--session-id <id> is required for this subcommand."
    " Create a session with 'cafleet session create' and pass its id."
)
NO_AGENT = (
    "--agent-id <id> is required for this subcommand."
    " Register with 'cafleet agent register' and pass its id."
)

_LONGEST_SHOWN = 80


class Caller(NamedTuple):
    """The session that a command works in, and the agent that it works as."""

    session: Session
    agent: Agent


def find_session(registry: Registry, reference: str) -> Session:
    """The session with this id or unique prefix, deleted ones too.

    Raises NotFound, or Ambiguous with the candidates.
    """
    found = lookup.sessions(registry, text.storable(reference))
    if len(found) > 1:
        raise _ambiguous("session", reference, [one.session_id for one in found])
    if not found:
        hint = _sessions_like(registry, reference)
        raise NotFound(f"session '{_shown(reference)}' not found.{hint}")
    return found[0]


def find_agent(registry: Registry, session_id: str | None, reference: str) -> Agent:
    """The agent with this id, active name or unique prefix, within a session or (by id) any.

    Raises NotFound, or Ambiguous with the candidates.
    """
    found = lookup.agents(registry, session_id, text.storable(reference))
    if len(found) > 1:
        raise _ambiguous(
            "agent", reference, [f"{one.agent_id} {one.name}" for one in found]
        )
    if not found:
        hint = _agents_like(registry, session_id, reference)
        raise NotFound(f"Agent {_shown(reference)} not found{hint}")
    return found[0]


def find_task(registry: Registry, session_id: str, reference: str) -> Task:
    """The session's task with this id or unique prefix; raises NotFound or Ambiguous."""
    found = tasks.find(registry, session_id, text.storable(reference))
    if len(found) > 1:
        raise _ambiguous("task", reference, [one.task_id for one in found])
    if not found:
        raise no_task(reference)
    return found[0]


def no_task(reference: str) -> NotFound:
    """What is said of a task that is not there, or is nobody's business."""
    return NotFound(f"Task {_shown(reference)} not found")


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
        raise CallerUnknown(NO_SESSION)
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
            raise CallerUnknown(NO_AGENT)
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


def _shown(reference: str) -> str:
    """What a caller wrote, fit for one line of a refusal."""
    return text.cut(text.one_line(reference), _LONGEST_SHOWN)


def _sessions_like(registry: Registry, reference: str) -> str:
    """Where a label was given for an id, or nearly: the newest session that bears it."""
    from cafleet_core.suggestion import nearest

    labels = {text.label(one): where for one, where in lookup.labels(registry)}
    meant = nearest(reference, labels)
    return f" Did you mean {labels[meant]} '{meant}'?" if meant else ""


def _agents_like(registry: Registry, session_id: str | None, reference: str) -> str:
    """A name nearly given; only the session's own agents are ever named."""
    if session_id is None:
        return ""
    from cafleet_core.suggestion import nearest

    known = lookup.active_agents(registry, session_id)
    meant = nearest(reference, [text.label(one.name) for one in known])
    return f"; did you mean '{meant}'?" if meant else ""


def _ambiguous(noun: str, reference: str, candidates: Sequence[str]) -> Ambiguous:
    listed = "\n".join(f"  {candidate}" for candidate in candidates)
    return Ambiguous(f"'{_shown(reference)}' may mean any of these {noun}s:\n{listed}")
