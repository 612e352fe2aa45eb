"""The part of the room that acts on members: who is meant, what is asked first, what came of it."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.content import Content
from textual.getters import query_one

from cafleet_core.records import Agent
from cafleet_core.states import AgentKind, AgentStatus, Verb
from cafleet_core.views import Question
from cafleet_tui.controllers.session import LiveSession
from cafleet_tui.data.updates import OrderDone, OrderFailed
from cafleet_tui.dialogs.prompts import AskWords, Confirm, Reading
from cafleet_tui.keys.actions import Action
from cafleet_tui.keys.keyed_app import shown
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations import member_operations
from cafleet_tui.operations.member_operations import Order
from cafleet_tui.render import member_operations as render
from cafleet_tui.render.member_operations import Button
from cafleet_tui.render.safe_text import label, sanitised
from cafleet_tui.widgets.act_panel import ActPanel
from cafleet_tui.widgets.member_list import MemberList

_LABELS = {Verb.WRITE: "input"}
_ABOUT_ONE = ("members.filter", "members.mention", "members.detail")
_HINTS = {
    Verb.WRITE: "Chooses the answer that takes words, and writes them; Enter alone writes none.",
    Verb.EXEC: "A shell command that its coding agent runs, as after `!`.",
    Verb.PROMPT: "Typed into its input box as a turn of its own.",
}


class ActingRoom(LiveSession):
    """Turns keys and buttons into orders on the member under the cursor."""

    act_panel = query_one("#acts", ActPanel)
    member_list = query_one("#members", MemberList)

    def offer(self, standing: Standing | None) -> None:
        """Show what can be done to this agent now."""
        if standing is None:
            self.act_panel.show(None, ())
            return
        question = self.question_of(standing)
        agent = standing.member.agent
        buttons = [
            Button(
                shown(self, f"acts.{kind}")[0],
                _LABELS.get(kind, kind),
                f"screen.act('{kind}')",
                self.refusal(kind, agent, question),
            )
            for kind in member_operations.KINDS
        ]
        self.act_panel.show(question, buttons)

    def hindrance(self, action: Action, /) -> str | None:
        """See `LiveSession`: here for what is done to the selected member."""
        if action.region != "acts" and action.id not in _ABOUT_ONE:
            return super().hindrance(action)
        standing = self.member_list.highlighted
        if standing is None:
            return "nobody is selected"
        if action.id == "members.mention":
            return self._unreachable(standing.member.agent)
        if action.region == "members":
            return None
        kind = action.id.removeprefix("acts.").rstrip("123456789")
        question = self.question_of(standing)
        return self.refusal(kind, standing.member.agent, question)

    def _unreachable(self, agent: Agent) -> str | None:
        if self.read_only:
            return member_operations.READ_ONLY
        if agent.status != AgentStatus.ACTIVE:
            return "deregistered"
        return "that is you" if agent.kind == AgentKind.ADMINISTRATOR else None

    def action_act(self, kind: str) -> None:
        """Do something to the selected member, asking first for what it takes."""
        standing = self.member_list.highlighted
        if standing is None:
            return
        agent, question = standing.member.agent, self.question_of(standing)
        order = Order(Verb(kind), self.session, agent, question=question)
        if why := self.refusal(kind, agent, question):
            self.tell(render.failure(order, why, member_operations.twin(order)))
        elif kind in _HINTS:
            self.ask_words(order)
        elif kind == Verb.DELETE:
            self._confirm(order, standing)
        else:
            self.carry_out(order)

    def question_of(self, standing: Standing) -> Question | None:
        """What this agent asks and nobody has answered yet."""
        return standing.question

    def refusal(self, kind: str, agent: Agent, question: Question | None) -> str | None:
        """Why an order of this kind cannot be carried out now; None where it can."""
        if self.read_only and not member_operations.only_looks(kind):
            return member_operations.READ_ONLY
        return member_operations.hindrance(kind, agent, question)

    def ask_words(self, order: Order) -> None:
        """Ask for the words that an order takes, and have it carried out."""
        title = Content.assemble(
            (order.kind, "bold $primary"), " ", label(order.member.name)
        )
        hint = Content(_HINTS[order.kind])
        if order.question and order.kind == Verb.WRITE:
            hint = Content("\n").join([render.asked(order.question), hint])
        ask = AskWords(title, hint, empty=order.kind == Verb.WRITE)
        self.app.push_screen(ask, partial(self._with_words, order))

    def _with_words(self, order: Order, words: str | None) -> None:
        if words is None:
            return
        if not words.strip() and order.question and order.question.free_text:
            digit = order.question.free_text.digit
            self.carry_out(order._replace(kind=Verb.ANSWER, digit=digit))
        else:
            self.carry_out(order._replace(words=words))

    def _confirm(self, order: Order, standing: Standing) -> None:
        what = render.ending(standing.member.activity.unacked)
        title = Content.assemble("Delete ", (label(order.member.name), "bold"), "?")
        self.app.push_screen(
            Confirm(title, what, "delete it"), partial(self._if_confirmed, order)
        )

    def _if_confirmed(self, order: Order, confirmed: bool | None) -> None:
        if confirmed:
            self.tell(Content(f"Deleting {label(order.member.name)} …"))
            self.carry_out(order)

    @on(OrderDone)
    def _note_done(self, event: OrderDone) -> None:
        order = event.order
        self.tell(render.outcome(order, event.done, member_operations.twin(order)))
        if order.kind == Verb.CAPTURE:
            title = Content.assemble("Screen of ", (label(order.member.name), "bold"))
            self.app.push_screen(Reading(title, sanitised(event.done.text)))

    @on(OrderFailed)
    def _note_undone(self, event: OrderFailed) -> None:
        self.tell(
            render.failure(event.order, event.text, member_operations.twin(event.order))
        )
