"""Who is meant: sessions, agents and tasks, by what a caller wrote."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.errors import Ambiguous, NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentStatus
from cafleet_core.storage import lookup, tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent, Session, Task
    from cafleet_core.states import SenderProof
    from cafleet_core.storage.registry import Registry

_LONGEST_SHOWN = 80


class Caller(NamedTuple):
    """The session that a command works in, the agent that it works as, and what proves that.

    `proof` is None where nobody asked, as in the control room.
    """

    session: Session
    agent: Agent
    proof: SenderProof | None = None


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


def active(agent: Agent) -> Agent:
    """`agent` itself; raises Refused where it is no longer active."""
    if agent.status != AgentStatus.ACTIVE:
        raise Refused(f"Agent {agent.agent_id} is deregistered")
    return agent


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
