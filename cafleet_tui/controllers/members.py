"""The selected member: its screen, the operations on it, and their outcomes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.content import Content

from cafleet_core.errors import CafleetError
from cafleet_core.readings import Question
from cafleet_core.records import Agent
from cafleet_core.states import AgentKind, AgentStatus, Verb
from cafleet_tui.controllers.context import RoomContext, without_activity
from cafleet_tui.dialogs.prompts import AskWords, Confirm
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations import member_operations
from cafleet_tui.operations.member_operations import (
    ANSWERS,
    BUTTONS,
    PAST,
    READ_ONLY,
    Operation,
    OperationResult,
)
from cafleet_tui.render import member_operations as render
from cafleet_tui.render.safe_text import label
from cafleet_tui.widgets.act_panel import ActPanel
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.screen_view import ScreenView

_OF_A_MEMBER = ("members.filter", "members.mention", "members.detail")
_HINTS = {
    Verb.WRITE: "Chooses the answer that takes words, and writes them; Enter alone writes none.",
    Verb.EXEC: "A shell command that its coding agent runs, as after `!`.",
    Verb.PROMPT: "Typed into its input box as a turn of its own.",
}

Then = Callable[[Content, bool], None]
"""Gets the outcome of an operation, and whether it succeeded."""


class MembersController:
    """Turns keys and buttons into operations on the selected member.

    `is_given` says whether a member's question was just answered, `answer` carries out an
    operation that answers one, `show_capture` shows the text that one asked for.
    """

    def __init__(
        self,
        context: RoomContext,
        members: MemberList,
        screen_view: ScreenView,
        act_panel: ActPanel,
        is_given: Callable[[Standing], bool],
        answer: Callable[[Operation], None],
        show_capture: Callable[[Operation, str], None],
    ) -> None:
        self._context = context
        self._members = members
        self._screen_view = screen_view
        self._act_panel = act_panel
        self._is_given = is_given
        self._answer = answer
        self._show_capture = show_capture
        self._offered: tuple[Agent, Question | None] | None = None

    @property
    def selected(self) -> Standing | None:
        """The selected member."""
        return self._members.highlighted

    def show(self) -> None:
        """List the members by rank; the list then says which is selected."""
        self._members.show(self._context.state.standings)

    def select(self, standing: Standing | None) -> bool:
        """Show this member's screen and operations; whether that has changed."""
        self._screen_view.show(standing)
        question = standing and self._question_of(standing)
        shown = standing and (without_activity(standing.member.agent), question)
        changed, self._offered = shown != self._offered, shown
        if changed:
            self._offer(standing and standing.member.agent, question)
        return changed

    def _offer(self, agent: Agent | None, question: Question | None) -> None:
        if agent is None:
            self._act_panel.show(None, ())
            return
        offers = [(verb, self.refusal_of(verb, agent, question)) for verb in BUTTONS]
        self._act_panel.show(question, offers)

    def refusal(self, action: Action) -> str | None:
        """Why this cannot be done to the selected member; None if it can."""
        if action.region != "acts" and action.id not in _OF_A_MEMBER:
            return None
        standing = self.selected
        if standing is None:
            return "nobody is selected"
        agent = standing.member.agent
        if action.id == "members.mention":
            return self._unreachable(agent)
        if action.region == "members":
            return None
        verb = action.id.removeprefix("acts.").rstrip("123456789")
        return self.refusal_of(verb, agent, self._question_of(standing))

    def _unreachable(self, agent: Agent) -> str | None:
        if self._context.read_only:
            return READ_ONLY
        if agent.status != AgentStatus.ACTIVE:
            return "deregistered"
        return "that is you" if agent.kind == AgentKind.ADMINISTRATOR else None

    def _question_of(self, standing: Standing) -> Question | None:
        return None if self._is_given(standing) else standing.question

    def refusal_of(
        self, verb: str, agent: Agent, question: Question | None
    ) -> str | None:
        """Why an operation on an agent that asks `question` is unavailable; None if it is not."""
        if self._context.past:
            return PAST
        if self._context.read_only and not member_operations.only_looks(verb):
            return READ_ONLY
        return member_operations.refusal(verb, agent, question)

    def operate(self, verb: Verb) -> None:
        """Start an operation on the selected member, asking first for what it needs."""
        standing = self.selected
        if standing is None:
            return
        agent, question = standing.member.agent, self._question_of(standing)
        operation = Operation(
            verb, self._context.state.session, agent, question=question
        )
        if why := self.refusal_of(verb, agent, question):
            self._context.say(_failure(operation, why))
        elif verb in _HINTS:
            self.ask_words(operation)
        elif verb == Verb.DELETE:
            ends = render.ending(standing.member.activity.unacked)
            self._confirm(operation, ends, "delete it", "Deleting")
        elif verb == Verb.RELEASE:
            stays = render.releasing(standing.member.activity.unacked)
            self._confirm(operation, stays, "let it go", "Letting go")
        elif verb == Verb.RESTART:
            self._confirm(operation, render.RESTARTING, "restart it", "Restarting")
        elif verb == Verb.INTERRUPT:
            self._confirm(operation, render.INTERRUPTING, "stop it", "Interrupting")
        else:
            self.carry_out(operation)

    def ask_words(self, operation: Operation) -> None:
        """Ask for the words that an operation needs, then carry it out."""
        title = Content.assemble(
            (operation.verb, "bold $primary"), " ", label(operation.member.name)
        )
        hint = Content(_HINTS[operation.verb])
        if operation.question and operation.verb == Verb.WRITE:
            hint = Content("\n").join([render.asked(operation.question), hint])
        ask = AskWords(title, hint, empty=operation.verb == Verb.WRITE)
        self._context.open(ask, partial(self._with_words, operation))

    def _with_words(self, operation: Operation, words: str | None) -> None:
        if words is None:
            return
        free_text = operation.question and operation.question.free_text
        if not words.strip() and free_text:
            self._answer(operation._replace(verb=Verb.ANSWER, digit=free_text.digit))
        elif operation.verb in ANSWERS:
            self._answer(operation._replace(words=words))
        else:
            self.carry_out(operation._replace(words=words))

    def _confirm(
        self, operation: Operation, what: Content, yes: str, doing: str
    ) -> None:
        """Ask before an operation that cannot be undone; `doing` is what is said meanwhile."""
        name = label(operation.member.name)
        title = Content.assemble(f"{str(operation.verb).title()} ", (name, "bold"), "?")

        def carry_out_if(confirmed: bool | None) -> None:
            if confirmed:
                self._context.say(Content(f"{doing} {name} …"))
                self.carry_out(operation)

        self._context.open(Confirm(title, what, yes), carry_out_if)

    def carry_out(self, operation: Operation, then: Then | None = None) -> None:
        """Carry an operation out, and show its outcome."""

        def finish(outcome: Content, *, succeeded: bool) -> None:
            self._context.say(outcome)
            if then:
                then(outcome, succeeded)

        def done(result: OperationResult) -> None:
            command = member_operations.cli_equivalent(operation)
            finish(render.outcome(operation, result, command), succeeded=True)
            if operation.verb == Verb.CAPTURE:
                self._show_capture(operation, result.text)

        def fail(error: CafleetError) -> None:
            finish(_failure(operation, error.message), succeeded=False)

        self._context.jobs.run(
            "operations", lambda source: source.carry_out(operation), done, fail
        )


def _failure(operation: Operation, why: str) -> Content:
    return render.failure(operation, why, member_operations.cli_equivalent(operation))
