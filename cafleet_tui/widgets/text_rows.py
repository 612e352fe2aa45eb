"""A text as rows for the width that there is, in which words are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from cafleet_tui.render.search import marked


class TextRows(Widget):
    """Draws what `rows_of` returns for a width; `sought` words are marked, whatever their case."""

    DEFAULT_CSS = "TextRows { height: auto; }"

    def __init__(self, rows_of: Callable[[int], Sequence[Content]]) -> None:
        super().__init__(classes="body")
        self._rows_of = rows_of
        self._drawn: tuple[int, Sequence[Content]] = (0, ())
        self._sought = ""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of rows."""
        del container, viewport
        return len(self._rows(width))

    def render_line(self, y: int) -> Strip:
        """One row; of a long text only those are drawn that are seen."""
        rows, width = self._rows(self.size.width), self.size.width
        if not width or y >= len(rows):
            return Strip.blank(width, self.rich_style)
        row = marked(rows[y], self._sought)
        strip = Visual.to_strips(self, row, width, 1, self.visual_style)[0]
        return strip.adjust_cell_length(width, self.rich_style)

    def renew(self) -> None:
        """Ask for the rows anew: there are others now."""
        self._drawn = (0, ())
        self.refresh(layout=True)

    def seek(self, words: str) -> list[int]:
        """Mark these words; the numbers of the rows in which they occur."""
        self._sought = words.casefold()
        self.refresh()
        rows = self._rows(self.size.width)
        return [
            number
            for number, row in enumerate(rows)
            if self._sought and self._sought in row.plain.casefold()
        ]

    def _rows(self, width: int) -> Sequence[Content]:
        if self._drawn[0] != width:
            self._drawn = width, self._rows_of(max(width, 12))
        return self._drawn[1]
