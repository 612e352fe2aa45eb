"""Dialogs that ask for a line or a confirmation, and one that shows a text."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.widgets.fields import LineField


class AskWords(Dialog[str | None]):
    """Asks for one line, `words` at first; dismissed with it, or with None.

    An empty line is accepted if `empty`. A line that `check` refuses stays, to be
    corrected.
    """

    REGION = "ask"
    HINTED = ("ask.done", "ask.cancel")
    BINDINGS = actions.bindings(REGION)

    def __init__(
        self,
        title: Content,
        hint: Content,
        *,
        empty: bool = False,
        check: Callable[[str], str | None] = lambda _: None,
        words: str = "",
    ) -> None:
        super().__init__()
        self._asked = title
        self._hint = Static(hint, id="hint", classes="body")
        self._line = LineField(words)
        self._empty = empty
        self._check = check

    def compose(self) -> ComposeResult:
        """Lay out the line, and what it is for."""
        with self.sheet:
            self.sheet.border_title = self._asked
            self.sheet.border_subtitle = self.hint()
            yield self._hint
            yield self._line

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        self._finish(event.value)

    def action_done(self) -> None:
        """Close with the words, if they are acceptable."""
        self._finish(self._line.value)

    def _finish(self, words: str) -> None:
        if not (words.strip() or self._empty):
            return
        complaint = self._check(words)
        if complaint is None:
            self.dismiss(words)
        else:
            self._hint.update(Content.styled(complaint, "$text-warning"))


class Confirm(Dialog[bool]):
    """Asks before an operation that cannot be undone; `no` has the focus."""

    REGION = "confirm"
    HINTED = ("confirm.yes", "confirm.no")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, title: Content, what: Content, yes: str) -> None:
        super().__init__()
        self._asked = title
        self._what = what
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Lay out what will happen, and both ways out."""
        with self.sheet:
            self.sheet.border_title = self._asked
            self.sheet.border_subtitle = self.hint()
            yield Static(self._what, classes="body")
            with Horizontal(classes="choices"):
                yield Button("No, leave it", id="no", compact=True)
                yield Button(
                    f"Yes, {self._yes}", id="yes", variant="error", compact=True
                )

    @on(Button.Pressed)
    def _choose(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class TextDialog(Dialog[None]):
    """Shows a text that scrolls; `y` copies it."""

    REGION = "text"
    HINTED = ("text.copy", "text.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, title: Content, text: str) -> None:
        super().__init__()
        self._titled = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay the text out as it is."""
        with self.sheet:
            self.sheet.border_title = self._titled
            self.sheet.border_subtitle = self.hint()
            with VerticalScroll():
                yield Static(Content(self._text), classes="body")

    def action_copy(self) -> None:
        """Copy the text; the application says where to."""
        self.app.copy_to_clipboard(self._text)
