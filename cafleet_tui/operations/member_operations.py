"""Operations on a member: why each is unavailable, carrying it out, its CLI equivalent."""

from __future__ import annotations

import os
import shlex
from typing import NamedTuple

from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import (
    adopt,
    capture,
    elsewhere,
    go_to_pane,
    interrupt,
    restart_member,
    roster,
)
from cafleet_core.broker.team.interrupt import Interruption
from cafleet_core.broker.team.restart_member import Restart
from cafleet_core.errors import NotReady, Refused
from cafleet_core.readings import Question
from cafleet_core.records import Agent, Session
from cafleet_core.states import AgentKind, AgentStatus, Interface, Verb

BUTTONS = (
    Verb.PING,
    Verb.WRITE,
    Verb.EXEC,
    Verb.PROMPT,
    Verb.CAPTURE,
    Verb.GO,
    Verb.DELETE,
)
"""The operations that have a button, from left to right."""

ACTS = (*BUTTONS, Verb.INTERRUPT, Verb.RESTART, Verb.RELEASE)
"""The operations that have a key."""

_NOT_AT_A_QUESTION = (Verb.PING, Verb.EXEC, Verb.PROMPT, Verb.INTERRUPT)

ANSWERS = (Verb.ANSWER, Verb.WRITE)
"""The operations that answer a question."""

READ_ONLY = "this control room is read-only"

PAST = "a replay only shows what was"

_CAPTURED_LINES = 10_000
"""Five times what tmux keeps, if its user wants no more."""


class Operation(NamedTuple):
    """An operation on a member in its Director's name.

    `words` are to be typed, `digit` is the chosen answer, `question` the one that the human
    saw.
    """

    verb: Verb
    session: Session
    member: Agent
    words: str = ""
    digit: int = 0
    question: Question | None = None


class OperationResult(NamedTuple):
    """An operation's outcome in a few words, and the text that was asked for, if any."""

    summary: str
    text: str = ""


def refusal(verb: str, agent: Agent, question: Question | None) -> str | None:
    """Why this cannot be done to an agent that asks `question`; None if it can."""
    if verb == Verb.GO:
        return go_to_pane.refusal(agent, os.environ)
    if agent.status != AgentStatus.ACTIVE:
        return "deregistered"
    if agent.kind != AgentKind.MEMBER and not (verb in ANSWERS and question):
        return "not a member"
    if verb in (Verb.DELETE, Verb.RELEASE, Verb.DIFF):
        return None
    if verb == Verb.RESTART:
        return restart_member.refusal(agent)
    if agent.placement is None or agent.placement.tmux_pane_id is None:
        return "it has no pane"
    if verb in ANSWERS and question is None:
        return "it asks nothing"
    if verb == Verb.WRITE and question is not None and question.free_text is None:
        return "no answer takes words"
    if verb in _NOT_AT_A_QUESTION and question is not None:
        return "it waits for an answer"
    return None


def only_looks(verb: str) -> bool:
    """Whether an operation changes nothing."""
    return verb in (Verb.CAPTURE, Verb.DIFF)


def carry_out(registry: Registry, operation: Operation) -> OperationResult:
    """Carry out with the authority of the member's Director; answer as the human.

    Raises CafleetError if that is not possible.
    """
    if operation.verb == Verb.GO:
        go_to_pane.visit(operation.member, os.environ)
        return OperationResult("went to its pane")
    director, human = heads(registry, operation.session)
    if operation.verb in ANSWERS:
        _answer(registry, operation, human)
        return OperationResult("answered")
    member = roster.find(registry, director, operation.member.agent_id)
    if operation.verb == Verb.CAPTURE:
        text = captured(registry, operation)
        capture.record(registry, human, [member], Interface.ROOM)
        return OperationResult(f"{len(text.splitlines())} lines", text)
    if operation.verb == Verb.DELETE:
        ended = elsewhere.do(registry, director, member, Verb.DELETE, force=False)
        return OperationResult(f"deleted ({ended.remark or ended.status})")
    if operation.verb == Verb.RELEASE:
        adopt.release(registry, member)
        return OperationResult("let go; its pane stays as it is")
    if operation.verb == Verb.INTERRUPT:
        outcome = elsewhere.do(
            *(registry, director, member, Verb.INTERRUPT), seconds=interrupt.SECONDS
        )
        return OperationResult(_interrupted(outcome))
    if operation.verb == Verb.RESTART:
        made = restart_member.restart(registry, member, Restart())
        return OperationResult(f"started again ({made.remark or made.state})")
    words = {} if operation.verb == Verb.PING else {"words": operation.words}
    elsewhere.do(registry, director, member, operation.verb, **words)
    return OperationResult("typed and submitted")


def captured(registry: Registry, operation: Operation) -> str:
    """The last lines of a member's pane, as many as tmux usually keeps at most."""
    director, _ = heads(registry, operation.session)
    member = roster.find(registry, director, operation.member.agent_id)
    lines = elsewhere.do(
        *(registry, director, member, Verb.CAPTURE), lines=_CAPTURED_LINES, ansi=False
    )
    return "\n".join(lines)


def _interrupted(outcome: Interruption) -> str:
    """The outcome in words; raises CafleetError if the member has not been seen to stop."""
    if outcome == Interruption.NOT_BUSY:
        raise Refused("it is not busy; nothing was pressed.")
    if outcome == Interruption.STILL_BUSY:
        raise NotReady(f"it is still busy {interrupt.SECONDS:g} s after its key.")
    return "it has stopped"


def cli_equivalent(operation: Operation) -> str:
    """The command that does the same, its ids cut to prefixes."""
    session = operation.session
    words = ["cafleet", "--session-id", session.session_id[:8], "member"]
    if operation.verb == Verb.GO:
        placement = operation.member.placement
        pane = (placement.tmux_pane_id or "") if placement else ""
        return shlex.join(["tmux", "switch-client", "-t", pane])
    answers = operation.verb in ANSWERS
    words.append("send-input" if answers else operation.verb)
    as_whom = session.administrator_agent_id if answers else session.director_agent_id
    words += ["--agent-id", as_whom[:8]]
    words += ["--member-id", operation.member.agent_id[:8]]
    if operation.verb == Verb.ANSWER:
        words += ["--choice", str(operation.digit)]
    elif operation.verb == Verb.WRITE:
        words += ["--freetext", operation.words]
    elif operation.verb in (Verb.EXEC, Verb.PROMPT):
        words += ["--", operation.words]
    return shlex.join(words)


def heads(registry: Registry, session: Session) -> tuple[Caller, Caller]:
    """The session's Director and its Administrator, as callers."""
    agents = {
        member.agent.agent_id: member.agent
        for member in roster.roster(registry, session.session_id)
    }
    director, human = session.director_agent_id, session.administrator_agent_id
    return Caller(session, agents[director]), Caller(session, agents[human])


def _answer(registry: Registry, operation: Operation, human: Caller) -> None:
    member = roster.find(registry, human, operation.member.agent_id)
    chosen = {"digit": operation.digit}
    given = chosen if operation.verb == Verb.ANSWER else {"words": operation.words}
    elsewhere.do(
        *(registry, human, member, operation.verb),
        **given,
        seen=operation.question,
        interface=Interface.ROOM,
    )
