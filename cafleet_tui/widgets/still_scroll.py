"""Scroll by keys without animation, which would repaint a pane many times."""

from __future__ import annotations

from textual.scroll_view import ScrollView


class StillScroll(ScrollView):
    """A scroll view whose scrolling keys take effect at once."""

    def action_scroll_home(self) -> None:
        """Go to the first line."""
        self.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        """Go to the last line."""
        self.scroll_end(animate=False)

    def action_scroll_up(self) -> None:
        """Go up by one line."""
        self.scroll_up(animate=False)

    def action_scroll_down(self) -> None:
        """Go down by one line."""
        self.scroll_down(animate=False)

    def action_page_up(self) -> None:
        """Go up by a page."""
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """Go down by a page."""
        self.scroll_page_down(animate=False)
