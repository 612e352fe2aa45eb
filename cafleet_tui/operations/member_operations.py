"""What the human can have done to an agent: an order, who may carry it out, and its CLI twin."""

from __future__ import annotations

import os
import shlex
from typing import NamedTuple

from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer, capture, delete_member, go_to_pane, roster
from cafleet_core.records import Agent, Session
from cafleet_core.states import AgentKind, AgentStatus, Verb
from cafleet_core.views import Question

KINDS = (
    Verb.PING,
    Verb.WRITE,
    Verb.EXEC,
    Verb.PROMPT,
    Verb.CAPTURE,
    Verb.GO,
    Verb.DELETE,
)
"""The orders that have a button, in its order."""

READ_ONLY = "this control room is read-only"

_CAPTURED_LINES = 500


class Order(NamedTuple):
    """Something to be done to a member in its Director's name.

    `words` is what is typed, `digit` the answer that is chosen, `question` the one that
    the human saw.
    """

    kind: Verb
    session: Session
    member: Agent
    words: str = ""
    digit: int = 0
    question: Question | None = None


class Done(NamedTuple):
    """What became of an order: a line, and the text that was asked for, if any."""

    told: str
    text: str = ""


def hindrance(kind: str, agent: Agent, question: Question | None) -> str | None:
    """Why an order of this kind cannot be carried out now; None where it can."""
    if kind == Verb.GO:
        return go_to_pane.hindrance(agent, os.environ)
    if agent.status != AgentStatus.ACTIVE:
        return "deregistered"
    if agent.kind != AgentKind.MEMBER and not (
        kind in (Verb.ANSWER, Verb.WRITE) and question
    ):
        return "not a member"
    if kind == Verb.DELETE:
        return None
    if agent.placement is None or agent.placement.tmux_pane_id is None:
        return "it has no pane"
    if kind in (Verb.ANSWER, Verb.WRITE) and question is None:
        return "it asks nothing"
    if kind == Verb.WRITE and question is not None and question.free_text is None:
        return "no answer takes words"
    if kind in (Verb.PING, Verb.EXEC, Verb.PROMPT) and question is not None:
        return "it waits for an answer"
    return None


def only_looks(kind: str) -> bool:
    """Whether an order of this kind leaves everything as it is."""
    return kind == Verb.CAPTURE


def carry_out(registry: Registry, order: Order) -> Done:
    """Do it with the authority of the member's Director; answer as the human.

    Raises CafleetError with the reason where that cannot be done.
    """
    if order.kind == Verb.GO:
        go_to_pane.visit(order.member, os.environ)
        return Done("went to its pane")
    director, human = _heads(registry, order.session)
    if order.kind in (Verb.ANSWER, Verb.WRITE):
        _answer(registry, order, human)
        return Done("answered")
    member = roster.find(registry, director, order.member.agent_id)
    if order.kind == Verb.CAPTURE:
        lines = capture.capture(member, _CAPTURED_LINES, ansi=False)
        return Done(f"{len(lines)} lines", "\n".join(lines))
    if order.kind == Verb.DELETE:
        ended = delete_member.dismiss(registry, member, force=bool(order.digit))
        return Done(f"deleted ({ended.status})")
    if order.kind == Verb.PING:
        type_now.ping(member)
    elif order.kind == Verb.EXEC:
        answer.execute(member, order.words)
    else:
        answer.prompt(member, order.words)
    return Done("typed and submitted")


def twin(order: Order) -> str:
    """The command line that does the same, its ids cut to prefixes."""
    session = order.session
    words = ["cafleet", "--session-id", session.session_id[:8], "member"]
    if order.kind == Verb.GO:
        placement = order.member.placement
        pane = (placement.tmux_pane_id or "") if placement else ""
        return shlex.join(["tmux", "switch-client", "-t", pane])
    answers = order.kind in (Verb.ANSWER, Verb.WRITE)
    words.append("send-input" if answers else order.kind)
    as_whom = session.administrator_agent_id if answers else session.director_agent_id
    words += ["--agent-id", as_whom[:8]]
    words += ["--member-id", order.member.agent_id[:8]]
    if order.kind == Verb.ANSWER:
        words += ["--choice", str(order.digit)]
    elif order.kind == Verb.WRITE:
        words += ["--freetext", order.words]
    elif order.kind in (Verb.EXEC, Verb.PROMPT):
        words += ["--", order.words]
    elif order.kind == Verb.DELETE and order.digit:
        words.append("--force")
    return shlex.join(words)


def _heads(registry: Registry, session: Session) -> tuple[Caller, Caller]:
    """The session's Director and its Administrator, as callers."""
    found = {
        member.agent.agent_id: member.agent
        for member in roster.roster(registry, session.session_id)
    }
    director, human = session.director_agent_id, session.administrator_agent_id
    return Caller(session, found[director]), Caller(session, found[human])


def _answer(registry: Registry, order: Order, human: Caller) -> None:
    member = roster.find(registry, human, order.member.agent_id)
    if order.kind == Verb.ANSWER:
        answer.choose(registry, human, member, order.digit, seen=order.question)
    else:
        answer.write_answer(registry, human, member, order.words, seen=order.question)
