"""The text being written: Enter sends it, Ctrl+J begins a line."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from cafleet_core.text import sanitise
from cafleet_tui import actions
from cafleet_tui.widgets.mention_popup import MentionPopup

_UNNAMED_NEWLINES = ("shift+\r", "ctrl+\r")
"""How some terminals' Shift+Enter and Ctrl+Enter arrive; no binding can name them."""

_NEWLINES = frozenset((*actions.keys("composer.newline"), *_UNNAMED_NEWLINES))

_POPUP_STEPS = {"up": -1, "down": 1}


class Draft(TextArea):
    """A text area that leaves the keys of an open popover to it."""

    BINDINGS = actions.bindings("composer")

    class SendWanted(Message):
        """Enter was pressed."""

    class ReplyDismissed(Message):
        """Escape was pressed with nothing open."""

    class Recalled(Message):
        """What was sent before is wanted, or after that what was sent later."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    recalling = False
    """Whether the text is one that was sent before, and was not changed since."""

    def __init__(self, popup: MentionPopup) -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=Content("@name text, @a @b text, or @all text"),
        )
        self.cursor_blink = False
        self._popup = popup

    @property
    def before_cursor(self) -> str:
        """The text of the cursor's line up to the cursor."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def complete(self, written: str, chosen: str) -> None:
        """Put the chosen name where the beginning of it was written; undo takes it back."""
        row, column = self.cursor_location
        self.replace(chosen + " ", (row, column - len(written)), (row, column))

    def edit(self, edit: Edit) -> EditResult:
        """Take in what is typed or pasted, but nothing that a terminal would obey."""
        edit.text = sanitise(edit.text)
        return super().edit(edit)

    async def _on_key(self, event: events.Key) -> None:
        # a binding would act only when the event has bubbled, after the next letters
        if self._popup.is_open and self._popup_key(event.key):
            event.stop()
            event.prevent_default()
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
        elif event.key in _POPUP_STEPS and (self.recalling or not self.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.Recalled(_POPUP_STEPS[event.key]))
        elif event.key in _NEWLINES:
            event.stop()
            event.prevent_default()
            self.action_newline()

    def _popup_key(self, key: str) -> bool:
        if key in _POPUP_STEPS:
            self._popup.move(_POPUP_STEPS[key])
        elif key in ("enter", "tab"):
            self._popup.accept()
        elif key == "escape":
            self._popup.close()
        else:
            return False
        return True

    def action_send(self) -> None:
        """Ask for the text to be sent."""
        self.post_message(self.SendWanted())

    def action_newline(self) -> None:
        """Begin a line at the cursor."""
        self.replace("\n", *self.selection)

    def action_dismiss(self) -> None:
        """Take back the reply."""
        self.post_message(self.ReplyDismissed())
