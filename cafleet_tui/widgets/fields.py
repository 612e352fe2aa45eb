"""Fields to write in: calm, and taking in nothing a terminal would obey."""

from __future__ import annotations

from textual import events
from textual.reactive import reactive
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from cafleet_core.text import disarmed, sanitise


class LineField(Input):
    """One line."""

    cursor_blink = reactive(False, init=False)

    def validate_value(self, value: str) -> str:
        """Keep what can be shown on a line."""
        return sanitise(value).replace("\n", " ").replace("\t", " ")

    async def _on_key(self, event: events.Key) -> None:
        if typed := _unprintable_text(event):
            event.stop()
            event.prevent_default()
            self.insert_text_at_cursor(typed)


class TextField(TextArea):
    """Several lines."""

    cursor_blink = reactive(False, init=False)

    def edit(self, edit: Edit) -> EditResult:
        """Take in what is typed or pasted, but nothing that a terminal would obey.

        A joiner may come before what it joins, so what is invisible is judged when sent.
        """
        edit.text = disarmed(edit.text)
        return super().edit(edit)

    async def _on_key(self, event: events.Key) -> None:
        if not self.read_only and (typed := _unprintable_text(event)):
            event.stop()
            event.prevent_default()
            self.replace(typed, *self.selection)


def _unprintable_text(event: events.Key) -> str:
    """What a key writes although Python calls it unprintable: other blanks, joiners.

    An input method's blank (U+3000) is one of them; Textual inserts printable ones itself.
    """
    character = event.character
    if character is None or character.isprintable() or character < "\x20":
        return ""
    return disarmed(character).replace("\ufffd", "")
