"""The queue of questions, over the room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.dom import DOMNode

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.standing import Standing
from cafleet_tui.widgets.question_queue import QuestionQueue
from cafleet_tui.widgets.status_bar import Line

Answer = Callable[[Standing, int | None], None]
"""Called with a member and a digit, or None for an answer in words."""


class Questions(Dialog[None]):
    """The queue of questions; answers go through `answer`, `visit` shows a pane."""

    REGION = "queue"
    HINTED = ("queue.write", "queue.go", "queue.close")

    def __init__(
        self,
        waiting: Sequence[Standing],
        given: Collection[str],
        answer: Answer,
        visit: Callable[[Standing], None],
    ) -> None:
        super().__init__()
        self.queue = QuestionQueue()
        self._outcome = Line(id="queue-outcome")
        self._visit = visit
        self._known = (waiting, given)
        self._answer = answer

    def compose(self) -> ComposeResult:
        """Lay out the queue, and a line for the outcome of the last answer."""
        with self.sheet:
            self.sheet.border_title = "Who needs you"
            self.sheet.border_subtitle = self.hint()
            yield self.queue
            yield self._outcome

    def on_mount(self) -> None:
        """Show the members that wait now."""
        self.queue.show(*self._known)

    def show(self, waiting: Sequence[Standing], given: Collection[str]) -> None:
        """Update the members that wait, and those that were just given an answer."""
        self._known = (waiting, given)
        self.queue.show(waiting, given)
        Dialog.say(self, self.hint())

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """Its region, and the queue, which has the actions."""
        yield self.REGION, self.queue

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        if action.id == "queue.close" or self._known[0]:
            return None
        return "nobody waits for an answer"

    def say(self, outcome: Content) -> None:
        """Show the outcome of an answer."""
        self._outcome.say(outcome)

    @on(QuestionQueue.Answered)
    def _pass_on(self, event: QuestionQueue.Answered) -> None:
        self._answer(event.standing, event.digit)

    @on(QuestionQueue.PaneWanted)
    def _go(self, event: QuestionQueue.PaneWanted) -> None:
        self._visit(event.standing)
