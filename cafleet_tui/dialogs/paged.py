"""Dialogs with a long text: the keys of a pager, and words that are found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ScreenResultType

from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.dialogs.scrolled import Scrolled
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.keys.keyed_app import shown

_STEPS = ("pager.next", "pager.previous")


class Paged(Scrolled[ScreenResultType]):
    """Scrolls `view`, and finds words by `seek`, which marks them and returns their rows."""

    BINDINGS = actions.bindings("pager")

    def __init__(self, seek: Callable[[str], list[int]]) -> None:
        super().__init__()
        self._seek = seek
        self._hits: list[int] = []
        self._at = 0

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """Its regions, and the node that has their actions."""
        yield from super().places()
        yield "pager", self

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        if action.id in _STEPS and not self._hits:
            return "nothing was found"
        return None

    def action_find(self) -> None:
        """Ask for words, and go to the first line below in which they occur."""
        title = Content.styled("Find in this text", "bold $primary")
        hint = Content("The words as they stand there, in capitals or not.")
        self.app.push_screen(AskWords(title, hint), self._found)

    def first_row(self) -> int:
        """The first row that is in sight."""
        return self.view.scroll_offset.y

    def show_row(self, row: int) -> None:
        """Bring a row into sight."""
        middle = row - self.view.size.height // 3
        self.view.scroll_to(y=max(0, middle), animate=False)

    def _found(self, words: str | None) -> None:
        if words is None:
            return
        self._hits = self._seek(words)
        first = self.first_row()
        below = (number for number, row in enumerate(self._hits) if row >= first)
        self._at = next(below, 0)
        self.refresh_bindings()
        self._show_hit()

    def action_find_next(self, step: int) -> None:
        """Go to the next line in which the words occur, or to the one before."""
        self._at = (self._at + step) % len(self._hits)
        self._show_hit()

    def _show_hit(self) -> None:
        if not self._hits:
            self.say(Content.styled("Nothing found", "$text-warning"))
            return
        self.show_row(self._hits[self._at])
        later, before = (shown(self, each)[0] for each in _STEPS)
        self.say(
            Content(
                f"{self._at + 1} of {len(self._hits)} · {later} next · {before} back"
            )
        )
