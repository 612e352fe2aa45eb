"""Fields to write in: calm, and taking in nothing a terminal would obey."""

from __future__ import annotations

from textual.reactive import reactive
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from cafleet_core.text import sanitise


class LineField(Input):
    """One line."""

    cursor_blink = reactive(False, init=False)

    def validate_value(self, value: str) -> str:
        """Keep what can be shown on a line."""
        return sanitise(value).replace("\n", " ").replace("\t", " ")


class TextField(TextArea):
    """Several lines."""

    cursor_blink = reactive(False, init=False)

    def edit(self, edit: Edit) -> EditResult:
        """Take in what is typed or pasted, but nothing that a terminal would obey."""
        edit.text = sanitise(edit.text)
        return super().edit(edit)
