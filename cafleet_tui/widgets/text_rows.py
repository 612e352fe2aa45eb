"""A text as rows for the width that there is, in which words are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.geometry import Size
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

    def render(self) -> Content:
        """All rows."""
        rows = self._rows(self.size.width)
        return Content("\n").join(marked(row, self._sought) for row in rows)

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
