"""A list above the line with the cursor, in which the focused text area moves."""

from __future__ import annotations

from textual import on
from textual.message import Message
from textual.widgets import OptionList

MOST_ROWS = 8


class Popover(OptionList, can_focus=False):
    """Offers something to be written, without taking the focus."""

    DEFAULT_CSS = """
    Popover {
        display: none;
        overlay: screen;
        constrain: inside inflect;
        width: auto;
        min-width: 24;
        max-width: 60;
        height: auto;
        max-height: 8;
        border: none;
        padding: 0;
        background: $panel;
        &.-open { display: block; }
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
        }
    }
    """

    class Picked(Message):
        """One was chosen with the pointer; the text area takes it."""

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self.has_class("-open")

    def close(self) -> None:
        """Close."""
        self.remove_class("-open")

    def move(self, step: int) -> None:
        """Highlight the next one, or the previous one for a negative step."""
        if step > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _chosen_by_pointer(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Picked())
