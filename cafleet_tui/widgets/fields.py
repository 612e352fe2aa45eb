"""Fields to write in that take in nothing a terminal would obey, wherever it was pasted from."""

from __future__ import annotations

from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from cafleet_core.text import sanitise


class LineField(Input):
    """One line."""

    def validate_value(self, value: str) -> str:
        """Keep what can be shown on a line."""
        return sanitise(value).replace("\n", " ").replace("\t", " ")


class TextField(TextArea):
    """Several lines."""

    def edit(self, edit: Edit) -> EditResult:
        """Take in what is typed or pasted, but nothing that a terminal would obey."""
        edit.text = sanitise(edit.text)
        return super().edit(edit)
