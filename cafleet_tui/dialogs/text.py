"""A text of any length over the room, such as a captured screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from cafleet_tui.dialogs.paged import Paged
from cafleet_tui.keys import actions
from cafleet_tui.render.wrap import wrap
from cafleet_tui.widgets.text_rows import TextRows


class TextDialog(Paged[None]):
    """Shows a text as it is, which must be safe; `y` copies it.

    Where another text takes its place, the end stays in sight if it was.
    """

    REGION = "text"
    HINTED = ("text.copy", "pager.find", "text.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, title: Content, text: str) -> None:
        rows = TextRows(self._rows)
        super().__init__(rows.seek)
        self.text = rows
        self._titled = title
        self._lines = text

    def _rows(self, width: int) -> list[Content]:
        lines = self._lines.expandtabs(8).split("\n")
        return [Content(row) for line in lines for row in wrap(line, width)]

    def compose(self) -> ComposeResult:
        """Lay the text out."""
        with self.sheet:
            self.sheet.border_title = self._titled
            self.sheet.border_subtitle = self.hint()
            with self.view:
                yield self.text

    @property
    def is_at_end(self) -> bool:
        """Whether the last line is in sight."""
        return self.view.scroll_offset.y >= self.view.max_scroll_y

    def show(self, text: str) -> None:
        """Show this text instead."""
        if text == self._lines:
            return
        follows, self._lines = self.is_at_end, text
        self.text.renew()
        if follows:
            self.call_after_refresh(self.view.scroll_end, animate=False)

    def action_copy(self) -> None:
        """Copy the text; the application says where to."""
        self.app.copy_to_clipboard(self._lines)
