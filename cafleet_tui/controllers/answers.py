"""Answer the questions of members: one question, or all in a queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from textual.content import Content

from cafleet_core import clock
from cafleet_core.readings import Question
from cafleet_core.records import Agent
from cafleet_core.states import Verb
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.dialogs.questions import Questions
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations.member_operations import Operation, cli_equivalent
from cafleet_tui.render import member_operations as render
from cafleet_tui.render import status_line

REDRAWN_SECONDS = 3.0
"""Seconds for which an answered question may stay on screen before it counts as asked again."""


class _Given(NamedTuple):
    question: Question | None
    at: datetime


class Operations(Protocol):
    """The operations on members that answering needs."""

    @property
    def selected(self) -> Standing | None:
        """The selected member."""

    def refusal_of(
        self, verb: str, agent: Agent, question: Question | None
    ) -> str | None:
        """Why an operation is unavailable; None if it is available."""

    def ask_words(self, operation: Operation) -> None:
        """Ask for the words that an operation needs, then carry it out."""

    def carry_out(
        self, operation: Operation, then: Callable[[Content, bool], None] | None = None
    ) -> None:
        """Carry an operation out; `then` gets its outcome, and whether it succeeded."""


class AnswersController:
    """Answers each question once, and keeps the queue of questions up to date.

    `look` reads every pane anew.
    """

    def __init__(
        self, context: RoomContext, operations: Operations, look: Callable[[], None]
    ) -> None:
        self._context = context
        self._operations = operations
        self._look = look
        self._given: dict[str, _Given] = {}

    def show(self) -> None:
        """Update the queue, if it is open, with the members that wait now."""
        if isinstance(self._context.top, Questions):
            waiting = self._context.state.needing
            self._context.top.show(waiting, self._just_answered())

    def open_queue(self) -> None:
        """Open the queue of all members that wait for an answer."""
        if not isinstance(self._context.top, Questions):
            waiting, given = self._context.state.needing, self._just_answered()
            self._context.open(Questions(waiting, given, self.answer, self.visit))

    def answer_selected(self, digit: int) -> None:
        """Choose an answer to the selected member's question."""
        standing = self._operations.selected
        if standing is not None:
            self.answer(standing, digit)

    def answer(self, standing: Standing, digit: int | None) -> None:
        """Choose an answer to a member's question; without a digit the one that takes text."""
        given = self.is_given(standing)
        question = None if given else standing.question
        operation = self._operation(Verb.ANSWER, standing, question)
        chosen = question and (
            question.free_text if digit is None else question.option(digit)
        )
        verb = Verb.WRITE if digit is None else Verb.ANSWER
        if given:
            self._say(render.refusal(operation, "answered already"))
        elif why := self._operations.refusal_of(verb, operation.member, question):
            self._say(render.refusal(operation, why))
        elif not chosen:
            self._say(status_line.warning(f"{digit} is not among the answers"))
        elif chosen.free_text:
            self._operations.ask_words(operation._replace(verb=Verb.WRITE))
        else:
            self.carry_out(operation._replace(digit=chosen.digit))

    def visit(self, standing: Standing) -> None:
        """Show the human this member's pane."""
        operation = self._operation(Verb.GO, standing, None)
        if why := self._operations.refusal_of(Verb.GO, operation.member, None):
            self._say(render.failure(operation, why, cli_equivalent(operation)))
        else:
            self._operations.carry_out(operation)

    def carry_out(self, operation: Operation) -> None:
        """Give an answer; its question is not offered again unless that fails."""
        agent_id = operation.member.agent_id

        def then(outcome: Content, succeeded: bool) -> None:
            self._say_in_queue(outcome)
            if succeeded:
                self._look()
            else:
                self._given.pop(agent_id, None)
                self.show()

        self._given[agent_id] = _Given(operation.question, clock.now())
        self.show()
        self._operations.carry_out(operation, then)

    def is_given(self, standing: Standing) -> bool:
        """Whether this member's question was just answered."""
        given = self._given.get(standing.member.agent.agent_id)
        return (
            given is not None
            and given.question == standing.question
            and (clock.now() - given.at).total_seconds() < REDRAWN_SECONDS
        )

    def _operation(
        self, verb: Verb, standing: Standing, question: Question | None
    ) -> Operation:
        session, agent = self._context.state.session, standing.member.agent
        return Operation(verb, session, agent, question=question)

    def _say(self, outcome: Content) -> None:
        self._context.say(outcome)
        self._say_in_queue(outcome)

    def _say_in_queue(self, outcome: Content) -> None:
        if isinstance(self._context.top, Questions):
            self._context.top.say(outcome)

    def _just_answered(self) -> frozenset[str]:
        return frozenset(
            standing.member.agent.agent_id
            for standing in self._context.state.needing
            if self.is_given(standing)
        )
