"""Every question that agents ask on their screens now, each with an id to answer that one alone."""

from __future__ import annotations

from cafleet_core.broker.team import answer, pane_states, roster
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentKind, PaneState
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.readings import Question
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

ANOTHER = "another question is on the screen by now; nothing was typed."

_ID_LENGTH = 32


class OpenQuestion(NamedTuple):
    """An agent that waits; `question` is None if only its pane can tell what it asks."""

    agent: Agent
    question: Question | None


def open_questions(registry: Registry, caller: Caller) -> list[OpenQuestion]:
    """Who of the caller's team waits for an answer; for the Administrator, of all agents."""
    if caller.agent.kind == AgentKind.ADMINISTRATOR:
        agents = lookup.active_agents(registry, caller.session.session_id)
    else:
        agents = [member.agent for member in roster.team(registry, caller)]
    readings = pane_states.seen(agents)
    return [
        OpenQuestion(agent, reading.question)
        for agent in agents
        if (reading := readings.get(agent.agent_id)) is not None
        and reading.state == PaneState.WAITING
    ]


def question_id(question: Question) -> str:
    """What tells a question from all others: a digest of its words and of all around them."""
    from hashlib import sha256

    return sha256(repr(tuple(question)).encode("utf-8", "replace")).hexdigest()[
        :_ID_LENGTH
    ]


def expect(member: Agent, wanted: str) -> Question:
    """The question that a member asks, which must be the one with this id.

    Raises Refused for another one, or for none.
    """
    asked, _ = answer.question_of(member, None)
    if question_id(asked) != wanted:
        raise Refused(ANOTHER)
    return asked
