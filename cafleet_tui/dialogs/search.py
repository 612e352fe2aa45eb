"""The line for a search, below the timeline, which shows what fits while it is typed."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.render import search as render
from cafleet_tui.widgets.fields import LineField
from cafleet_tui.widgets.recall import Recall
from cafleet_tui.widgets.status_bar import Line

_PAUSE = 0.15
"""Seconds without a key after which what stands there is searched."""


class SearchLine(Dialog[str]):
    """Asks for a search, dismissed with it; None goes back to what was shown before.

    `seek` searches for a text, and returns why it cannot; `recall` has earlier ones.
    """

    REGION = "search"
    HINTED = ("search.done", "search.older", "search.cancel")
    BINDINGS = actions.bindings(REGION)

    def __init__(
        self, value: str, seek: Callable[[str], str | None], recall: Recall
    ) -> None:
        super().__init__()
        self._line = LineField(value)
        self._seek = seek
        self._recall = recall
        self._sought = value
        self._hint = Line(id="search-hint")
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the line, and what can be written in it."""
        with self.sheet:
            self.sheet.border_title = render.TITLE
            self.sheet.border_subtitle = self.hint()
            yield self._line
            yield self._hint

    def on_mount(self) -> None:
        """Say what can be written."""
        self._hint.say(render.LEGEND)

    @on(Input.Changed)
    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._search)

    def _search(self) -> bool:
        """Show what fits; whether it was understood."""
        text = self._line.value.strip()
        if text == self._sought:
            return True
        complaint = self._seek(text)
        self._hint.say(render.complaint(complaint) if complaint else render.LEGEND)
        self._sought = text if complaint is None else self._sought
        return complaint is None

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.action_done()

    def action_done(self) -> None:
        """Close, and keep what is shown."""
        if self._search():
            self.dismiss(self._line.value.strip())

    def action_recall(self, back: int) -> None:
        """Take an earlier search, or a later one."""
        text = self._recall.step(back)
        if text is not None:
            self._line.value = text
            self._line.cursor_position = len(text)
