"""Dialogs whose content is scrolled by lines and by pages."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.screen import ScreenResultType

from cafleet_tui.dialogs.dialog import Dialog


class Scrolled(Dialog[ScreenResultType]):
    """Has its content in `view`, and the actions that scroll it."""

    def __init__(self) -> None:
        super().__init__()
        self.view = VerticalScroll()

    def action_lines(self, lines: int) -> None:
        """Scroll by lines."""
        self.view.scroll_relative(y=lines, animate=False)

    def action_pages(self, pages: int) -> None:
        """Scroll by pages, with a line of the last one."""
        page = max(1, self.view.size.height - 1)
        self.view.scroll_relative(y=pages * page, animate=False)

    def action_top(self) -> None:
        """Go to the first line."""
        self.view.scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Go to the last line."""
        self.view.scroll_end(animate=False)
