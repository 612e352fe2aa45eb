"""A field for a comment of some lines, over the diff that it is about."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.widgets.fields import Lines


class CommentText(Dialog[str | None]):
    """Dismissed with the words on what it is `about`, or with None; `words` stand there at first."""

    REGION = "comment"
    HINTED = ("comment.done", "comment.newline", "comment.cancel")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, about: Content, words: str = "") -> None:
        super().__init__()
        self._about = Static(about, classes="body")
        self._words = Lines(words, id="comment-words", compact=True)

    def compose(self) -> ComposeResult:
        """Lay out what it is about, and the field."""
        with self.sheet:
            self.sheet.border_title = Content.styled("Comment", "bold $primary")
            self.sheet.border_subtitle = self.hint()
            yield self._about
            yield self._words

    def on_mount(self) -> None:
        """Go on at the end of the words."""
        self._words.move_cursor(self._words.document.end)
        self._words.focus()

    def action_done(self) -> None:
        """Close with the words."""
        self.dismiss(self._words.text)

    def action_newline(self) -> None:
        """Begin a line."""
        self._words.insert("\n")
