"""The part of the room that answers: one question, or everybody's in a queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from textual import on
from textual.content import Content
from textual.worker import Worker

from cafleet_core import clock
from cafleet_core.records import Session
from cafleet_core.states import Verb
from cafleet_core.views import Question
from cafleet_tui.controllers.members import ActingRoom
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.updates import OrderDone, OrderFailed
from cafleet_tui.dialogs.questions import Questions
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations import member_operations
from cafleet_tui.operations.member_operations import Order
from cafleet_tui.render import member_operations as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.screen_view import ScreenView

REDRAWN_SECONDS = 3.0
"""How long a question that was answered may still stand there before it counts as asked again."""

_ANSWERS = (Verb.ANSWER, Verb.WRITE)


class _Given(NamedTuple):
    question: Question | None
    at: datetime


class AnsweringRoom(ActingRoom):
    """Turns digits into answers, each question's once, and keeps the queue up to date."""

    def __init__(self, session: Session, open_source: OpenSource) -> None:
        super().__init__(session, open_source)
        self._given: dict[str, _Given] = {}
        self._waiting: tuple[Standing, ...] = ()

    def attend(self, waiting: Sequence[Standing]) -> None:
        """Take in who waits for an answer by now."""
        self._waiting = tuple(waiting)
        if isinstance(self.app.screen, Questions):
            self.app.screen.show(self._waiting, self._just_answered())

    def question_of(self, standing: Standing) -> Question | None:
        """What this agent asks and nobody has answered yet."""
        return None if self._is_given(standing) else standing.question

    def action_questions(self) -> None:
        """Show everybody who waits for an answer."""
        if not isinstance(self.app.screen, Questions):
            given = self._just_answered()
            self.app.push_screen(
                Questions(self._waiting, given, self.answer, self.visit)
            )

    def action_answer(self, digit: int) -> None:
        """Choose an answer of the selected member's question."""
        standing = self.member_list.highlighted
        if standing is not None:
            self.answer(standing, digit)

    def answer(self, standing: Standing, digit: int | None) -> None:
        """Choose an answer of this agent's question; without a digit the one that takes words."""
        question, agent = self.question_of(standing), standing.member.agent
        order = Order(Verb.ANSWER, self.session, agent, question=question)
        chosen = question and (
            question.free_text if digit is None else question.option(digit)
        )
        kind = Verb.WRITE if digit is None else Verb.ANSWER
        if self._is_given(standing):
            self._say(render.refusal(order, "answered already"))
        elif why := self.refusal(kind, agent, question):
            self._say(render.refusal(order, why))
        elif not chosen:
            self._say(status_line.warning(f"{digit} is not among the answers"))
        elif chosen.free_text:
            self.ask_words(order._replace(kind=Verb.WRITE))
        else:
            self.carry_out(order._replace(digit=chosen.digit))

    def visit(self, standing: Standing) -> None:
        """Take the human to this agent's pane."""
        order = Order(Verb.GO, self.session, standing.member.agent)
        if why := self.refusal(Verb.GO, order.member, None):
            self._say(render.failure(order, why, member_operations.twin(order)))
        else:
            self.carry_out(order)

    def carry_out(self, order: Order) -> Worker[None]:
        """See `LiveSession`; a question that is being answered is not offered again."""
        if order.kind in _ANSWERS:
            given = _Given(order.question, clock.now())
            self._given[order.member.agent_id] = given
            self.attend(self._waiting)
        return super().carry_out(order)

    @on(OrderDone)
    def _look_again(self, event: OrderDone) -> None:
        if event.order.kind in _ANSWERS:
            self._say(
                render.outcome(
                    event.order, event.done, member_operations.twin(event.order)
                )
            )
            self.pane_watch.look()

    @on(OrderFailed)
    def _offer_again(self, event: OrderFailed) -> None:
        if event.order.kind in _ANSWERS:
            self._given.pop(event.order.member.agent_id, None)
            self._say(
                render.failure(
                    event.order, event.text, member_operations.twin(event.order)
                )
            )
            self.attend(self._waiting)

    def _say(self, outcome: Content) -> None:
        """Tell it in the room, and in the queue where that is open."""
        self.tell(outcome)
        if isinstance(self.app.screen, Questions):
            self.app.screen.tell(outcome)

    @on(ScreenView.Watched)
    def _watch(self, event: ScreenView.Watched) -> None:
        self.pane_watch.watch(event.agent)

    def _is_given(self, standing: Standing) -> bool:
        given = self._given.get(standing.member.agent.agent_id)
        return (
            given is not None
            and given.question == standing.question
            and (clock.now() - given.at).total_seconds() < REDRAWN_SECONDS
        )

    def _just_answered(self) -> frozenset[str]:
        return frozenset(
            one.member.agent.agent_id for one in self._waiting if self._is_given(one)
        )
