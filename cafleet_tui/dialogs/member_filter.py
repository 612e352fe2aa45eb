"""The line for words that an agent must have to be listed, which counts while it is typed."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.render import arrangement as render
from cafleet_tui.widgets.fields import LineField


class MemberFilter(Dialog[str]):
    """Asks for words, dismissed with them; None lists everybody again.

    `seek` lists those that have the words, `move` goes up and down among them.
    """

    REGION = "member_filter"
    HINTED = ("member_filter.done", "member_filter.cancel")
    BINDINGS = actions.bindings(REGION)

    def __init__(
        self,
        words: str,
        seek: Callable[[str], None],
        move: Callable[[int, int], None],
    ) -> None:
        super().__init__()
        self._line = LineField(words, placeholder=render.FILTER_HINT)
        self._seek = seek
        self._move = move

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        with self.sheet:
            self.sheet.border_title = render.FILTER
            self.sheet.border_subtitle = self.hint()
            yield self._line

    @on(Input.Changed)
    def _look(self) -> None:
        self._seek(self._line.value)

    @on(Input.Submitted)
    def action_done(self) -> None:
        """Close, and keep what is listed."""
        self.dismiss(self._line.value)

    def action_move(self, down: int) -> None:
        """Go to the agent above or below."""
        self._move(0, down)
