"""A question to the human over the room: for words, or for a yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static


class AskWords(ModalScreen[str | None]):
    """Asks for one line; dismissed with it, or with None where the human thinks better of it.

    An empty line counts where nothing but Enter may be wanted too (`empty`). A line of
    which `check` complains is left to be mended.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "cancel", id="ask.cancel")
    ]

    hint = query_one("#hint", Static)

    def __init__(
        self,
        title: Content,
        hint: Content,
        *,
        empty: bool = False,
        check: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._asked = title
        self._hint = hint
        self._empty = empty
        self._check = check

    def compose(self) -> ComposeResult:
        """Lay out the line, and what it is for."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._asked
            sheet.border_subtitle = "Enter does it · Esc cancels"
            yield Static(self._hint, id="hint", classes="body")
            yield Input()

    @on(Input.Submitted)
    def _done(self, event: Input.Submitted) -> None:
        if not (event.value.strip() or self._empty):
            return
        complaint = self._check(event.value)
        if complaint is None:
            self.dismiss(event.value)
        else:
            self.hint.update(Content.styled(complaint, "$text-warning"))


class Confirm(ModalScreen[bool]):
    """Asks before something that cannot be undone; `no` has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(False)", "no", id="confirm.no"),
        Binding("y", "dismiss(True)", "yes", id="confirm.yes"),
        Binding("left,right,tab", "app.focus_next", "other", id="confirm.other"),
    ]

    def __init__(self, title: Content, what: Content, yes: str) -> None:
        super().__init__()
        self._asked = title
        self._what = what
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Lay out what will happen, and both ways out."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._asked
            sheet.border_subtitle = "y does it · Esc cancels"
            yield Static(self._what, classes="body")
            with Horizontal(classes="choices"):
                yield Button("No, leave it", id="no", compact=True)
                yield Button(
                    f"Yes, {self._yes}", id="yes", variant="error", compact=True
                )

    @on(Button.Pressed)
    def _choose(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class Reading(ModalScreen[None]):
    """Shows a text that scrolls; `y` copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "close", id="reading.close"),
        Binding("y", "copy", "copy", id="reading.copy"),
    ]

    def __init__(self, title: Content, text: str) -> None:
        super().__init__()
        self._titled = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay the text out as it is."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._titled
            sheet.border_subtitle = "y copies · Esc closes"
            with VerticalScroll():
                yield Static(Content(self._text), classes="body")

    def action_copy(self) -> None:
        """Hand the text to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._text)
        self.notify("Copied.", markup=False)
