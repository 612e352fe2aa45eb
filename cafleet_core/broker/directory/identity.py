"""Resolve references to sessions, agents and tasks: ids, unique prefixes, names."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentStatus
from cafleet_core.storage import lookup, tasks
from cafleet_core.storage.lookup import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent, Session, Task
    from cafleet_core.states import SenderProof
    from cafleet_core.storage.lookup import People
    from cafleet_core.storage.registry import Registry


class Caller(NamedTuple):
    """The session and agent that a command acts for, and the proof of that.

    `proof` is None if nobody asked, as in the control room. `another` if the calling
    program is not the one that was placed in the agent's pane.
    """

    session: Session
    agent: Agent
    proof: SenderProof | None = None
    another: bool = False


def find_session(registry: Registry, reference: str, known: People = NOBODY) -> Session:
    """The session with this id, label of a live one, or unique prefix; asked for unless `known`.

    Raises NotFound, or Ambiguous with the candidates.
    """
    if reference in known.sessions:
        return known.sessions[reference]
    sessions = lookup.sessions(registry, text.storable(reference))
    if len(sessions) != 1:
        from cafleet_core.broker.directory import unknown  # only to refuse

        raise unknown.session(registry, reference, sessions)
    return sessions[0]


def find_agent(
    registry: Registry,
    session_id: str | None,
    reference: str,
    known: People = NOBODY,
) -> Agent:
    """The agent with this id, active name or unique prefix, within a session or (by id) any.

    Asked for unless `known`. Raises NotFound, or Ambiguous with the candidates.
    """
    named = known.named.get(reference)
    if named and (
        named.session_id == session_id
        or (session_id is None and named.agent_id == reference)
    ):
        return named
    agents = lookup.agents(registry, session_id, text.storable(reference))
    if len(agents) != 1:
        from cafleet_core.broker.directory import unknown  # only to refuse

        raise unknown.agent(registry, session_id, reference, agents)
    return agents[0]


def find_task(registry: Registry, session_id: str, reference: str) -> Task:
    """The session's task with this id or unique prefix; raises NotFound or Ambiguous."""
    candidates = tasks.find(registry, session_id, text.storable(reference))
    return _only_task(candidates, reference)


def find_own_task(
    registry: Registry, caller: Caller, reference: str, *, received: bool = False
) -> Task:
    """The task of this id or prefix; of a message to several, the caller's own part.

    A prefix is looked for among what the caller sent or received (only received if
    `received`), then in the whole session. Raises NotFound or Ambiguous.
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
    from cafleet_core.storage import related_tasks  # only for parts of a broadcast

    return related_tasks.delivery_of(registry, task.task_id, agent_id)


def _only_task(candidates: Sequence[Task], reference: str) -> Task:
    if len(candidates) != 1:
        from cafleet_core.broker.directory import unknown  # only to refuse

        raise unknown.task(reference, candidates)
    return candidates[0]


def active(agent: Agent) -> Agent:
    """The agent itself; raises Refused if it is no longer active."""
    if agent.status != AgentStatus.ACTIVE:
        raise Refused(f"Agent {agent.agent_id} is deregistered")
    return agent
