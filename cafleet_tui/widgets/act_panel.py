"""The buttons below a member's screen: answers to its question, and operations."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from cafleet_core.readings import Question
from cafleet_core.states import Verb
from cafleet_tui.keys import keyed_app
from cafleet_tui.keys.room_actions import run
from cafleet_tui.render import member_operations as render
from cafleet_tui.render.member_operations import Button, Span

_LABELS = {Verb.WRITE: "input"}

Offer = tuple[Verb, str | None]
"""An operation, and why it is unavailable, if it is."""


class ActPanel(Widget):
    """Shows buttons with their keys; a click presses one, hovering shows why it is refused."""

    DEFAULT_CSS = "ActPanel { height: auto; }"

    def __init__(self) -> None:
        super().__init__(id="acts")
        self._question: Question | None = None
        self._offers: tuple[Offer, ...] = ()
        self._buttons: tuple[Button, ...] = ()
        self._spans: list[Span] = []

    def show(self, question: Question | None, offers: Sequence[Offer]) -> None:
        """Offer the answers to this question, and these operations."""
        shown = (question, tuple(offers))
        if shown != (self._question, self._offers):
            self._question, self._offers = shown
            self._buttons = tuple(self._button(*offer) for offer in offers)
            self.refresh(layout=True)

    def _button(self, verb: Verb, refusal: str | None) -> Button:
        action_id = f"acts.{verb}"
        key, words = keyed_app.shown(self, action_id)[0], _LABELS.get(verb, verb)
        return Button(key, words, run(action_id), refusal)

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """The number of lines that the buttons need at this width."""
        return self._drawn(width).plain.count("\n") + 1 if self._buttons else 0

    def render(self) -> Content:
        """The answers, the operations, and the reasons why some are refused."""
        return self._drawn(self.content_size.width)

    def _drawn(self, width: int) -> Content:
        answers, spans = render.lay_out(render.answers(self._question), width)
        lines = [*answers]
        acts, more = render.lay_out(self._buttons, width, len(lines))
        lines += acts
        self._spans = spans + more
        if why := render.reasons(self._buttons):
            lines += [line.pad_left(1) for line in why.wrap(width - 1)]
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Press the button under the pointer, independent of the focus."""
        button = self._at(event)
        if button:
            self.run_worker(self.app.run_action(button.action, self))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show why the button under the pointer is refused."""
        button = self._at(event)
        self.tooltip = button.reason if button else None

    def _at(self, event: events.MouseEvent) -> Button | None:
        offset = event.get_content_offset(self)
        if offset is None:
            return None
        return next(
            (
                span.button
                for span in self._spans
                if span.line == offset.y and span.start <= offset.x < span.end
            ),
            None,
        )
