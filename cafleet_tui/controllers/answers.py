"""Answer the questions of members: one question, or all in a queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from textual.content import Content

from cafleet_core import clock
from cafleet_core.errors import CafleetError
from cafleet_core.readings import PaneReading, Question
from cafleet_core.records import Agent
from cafleet_core.states import Verb
from cafleet_core.views import Asking
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.dialogs.questions import Questions
from cafleet_tui.model.standing import Standing, elsewhere
from cafleet_tui.operations.member_operations import Operation, cli_equivalent
from cafleet_tui.render import member_operations as render
from cafleet_tui.render import status_line

REDRAWN_SECONDS = 3.0
"""Seconds for which an answered question may stay on screen before it counts as asked again."""

OTHERS_EVERY = 2.0
"""Seconds between two looks at those who wait in other sessions, while the queue is open."""


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

    The questions of other sessions follow those of its own; they are read, with the panes
    of those who ask, while the queue is open. `look` reads every pane of its own anew.
    """

    def __init__(
        self, context: RoomContext, operations: Operations, look: Callable[[], None]
    ) -> None:
        self._context = context
        self._operations = operations
        self._look = look
        self._given: dict[str, _Given] = {}
        self._others: tuple[Standing, ...] = ()
        self._reads_at = 0.0
        self._is_reading = False

    def show(self) -> None:
        """Update the queue, if it is open, with the members that wait now."""
        if isinstance(self._context.top, Questions):
            self._context.top.show(self._waiting, self._just_answered())
            if time.monotonic() >= self._reads_at:
                self._read_others()

    def open_queue(self) -> None:
        """Open the queue of all members that wait for an answer."""
        if not isinstance(self._context.top, Questions):
            self._others = ()
            waiting, given = self._waiting, self._just_answered()
            self._context.open(Questions(waiting, given, self.answer, self.visit))
            self._read_others()

    @property
    def _waiting(self) -> tuple[Standing, ...]:
        return (*self._context.state.needing, *self._others)

    def _read_others(self) -> None:
        """Look at those who wait in other sessions, if anybody does."""
        state = self._context.state
        if self._is_reading or self._context.past:
            return
        if not (state.elsewhere or self._others):
            return
        self._is_reading = True
        self._reads_at = time.monotonic() + OTHERS_EVERY
        session_id = state.session.session_id
        self._context.jobs.run(
            "elsewhere",
            lambda source: source.asked_elsewhere(session_id),
            self._show_others,
            self._miss_others,
        )

    def _show_others(self, asked: Sequence[tuple[Asking, PaneReading]]) -> None:
        self._is_reading = False
        self._others = tuple(elsewhere(*each) for each in asked)
        self.show()

    def _miss_others(self, error: CafleetError) -> None:
        self._is_reading = False
        self._say_in_queue(status_line.warning(error.message))

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
                self._reads_at = 0.0
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
        session = standing.session or self._context.state.session
        return Operation(verb, session, standing.member.agent, question=question)

    def _say(self, outcome: Content) -> None:
        self._context.say(outcome)
        self._say_in_queue(outcome)

    def _say_in_queue(self, outcome: Content) -> None:
        if isinstance(self._context.top, Questions):
            self._context.top.say(outcome)

    def _just_answered(self) -> frozenset[str]:
        return frozenset(
            standing.member.agent.agent_id
            for standing in self._waiting
            if self.is_given(standing)
        )
