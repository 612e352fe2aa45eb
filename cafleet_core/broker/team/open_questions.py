"""The members of a team that wait for an answer now, with their questions, on any machine."""

from __future__ import annotations

from cafleet_core.broker.team import elsewhere, pane_states, roster, stored_states
from cafleet_core.errors import CafleetError, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentKind, PaneState, Verb
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.readings import Question
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


class OpenQuestion(NamedTuple):
    """An agent that waits; `question` is None if only its pane can tell what it asks."""

    agent: Agent
    question: Question | None


def open_questions(registry: Registry, caller: Caller) -> list[OpenQuestion]:
    """The questions of the caller's team; for the Administrator, those of all agents.

    Other machines are asked for the whole questions of the agents that live there.
    """
    if caller.agent.kind == AgentKind.ADMINISTRATOR:
        agents = lookup.active_agents(registry, caller.session.session_id)
    else:
        agents = [member.agent for member in roster.team(registry, caller)]
    here = pane_states.seen(agents)
    readings = {**stored_states.readings(registry, agents), **here}
    return [
        OpenQuestion(
            agent,
            reading.question
            if agent.agent_id in here
            else _asked_there(registry, caller, agent),
        )
        for agent in agents
        if (reading := readings.get(agent.agent_id)) is not None
        and reading.state == PaneState.WAITING
    ]


def _asked_there(registry: Registry, caller: Caller, agent: Agent) -> Question | None:
    """What an agent on another machine asks; None where that machine does not tell."""
    try:
        sight = elsewhere.do(registry, caller, agent, Verb.LOOK)
    except RegistryError:
        raise
    except CafleetError:
        return None
    question: Question | None = sight.reading.question
    return question
