"""Everybody who waits for an answer, one below the other, answered by one key each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Static

from cafleet_tui import actions
from cafleet_tui.attention import Standing
from cafleet_tui.render import question as render

Answer = Callable[[Standing, int], None]


class Questions(ModalScreen[None]):
    """The queue of questions; a digit answers the marked one, through `answer`."""

    BINDINGS = actions.bindings("queue")

    body = query_one("#queue", Static)

    def __init__(self, waiting: Sequence[Standing], answer: Answer) -> None:
        super().__init__()
        self._waiting = tuple(waiting)
        self._answer = answer
        self._at = 0

    def compose(self) -> ComposeResult:
        """Lay out the queue."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Who needs you"
            sheet.border_subtitle = "1-9 answers · ↑ ↓ another · Esc closes"
            with VerticalScroll(can_focus=False):
                yield Static(id="queue", classes="body")

    def on_mount(self) -> None:
        """Show what waits now."""
        self._draw()

    def show(self, waiting: Sequence[Standing]) -> None:
        """Take in who waits by now, staying with the marked one while it waits."""
        marked = self._marked
        self._waiting = tuple(waiting)
        ids = [one.member.agent.agent_id for one in self._waiting]
        if marked and marked.member.agent.agent_id in ids:
            self._at = ids.index(marked.member.agent.agent_id)
        self._at = max(0, min(self._at, len(ids) - 1))
        if self.is_mounted:
            self._draw()

    @property
    def _marked(self) -> Standing | None:
        return self._waiting[self._at] if self._waiting else None

    def _draw(self) -> None:
        self.body.update(render.queue(self._waiting, self._at))

    def action_move(self, step: int) -> None:
        """Mark another one."""
        if self._waiting:
            self._at = (self._at + step) % len(self._waiting)
            self._draw()

    def action_answer(self, digit: int) -> None:
        """Answer the marked one."""
        if self._marked:
            self._answer(self._marked, digit)
