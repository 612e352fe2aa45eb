"""A diff with its comments, drawn by line; one line is the current one."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from cafleet_tui.model.diff_lines import DiffLines, Shown
from cafleet_tui.model.line_heights import LineHeights
from cafleet_tui.render import diff as render
from cafleet_tui.render.search import marked
from cafleet_tui.widgets.still_scroll import StillScroll


class DiffView(StillScroll, can_focus=True, inherit_bindings=False):
    """Shows `lines`; `at` is the position of the current one."""

    DEFAULT_CSS = "DiffView { background: transparent; height: 1fr; }"

    class Moved(Message):
        """Another line is the current one."""

    class Opened(Message):
        """The current line was chosen."""

    def __init__(self) -> None:
        super().__init__(id="diff")
        self.lines = DiffLines()
        self.at = 0
        self._texts: list[list[str]] = []
        self._heights = LineHeights()
        self._digits = 1
        self._sought = ""

    @property
    def current(self) -> Shown | None:
        """The current line."""
        return self.lines.shown[self.at] if self.lines.shown else None

    def show(self, lines: DiffLines, at: int) -> None:
        """Show other lines, with this position as the current one."""
        self.lines, self.at = lines, at
        self._lay_out()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Wrap the lines to the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        if not width:
            return
        self._digits = render.gutter(self.lines)
        self._texts = [
            render.parts(each, width, self._digits) for each in self.lines.shown
        ]
        self._heights.replace(map(len, self._texts))
        self.virtual_size = Size(0, self._heights.total)
        self.refresh()
        self._keep_in_sight()

    def go(self, position: int, *, on_top: bool = False) -> None:
        """Make another line the current one, and with `on_top` the first one in sight."""
        position = max(0, min(position, len(self.lines.shown) - 1))
        if position == self.at:
            return
        self.at = position
        self.refresh()
        if on_top and self._texts:
            row = self._heights.top(position)
            self.scroll_to(y=row, animate=False, immediate=True)
        self._keep_in_sight()
        self.post_message(self.Moved())

    def page(self, pages: int) -> None:
        """Go on by pages, with a line of the last one."""
        if self._texts:
            row = self._heights.top(self.at) + pages * max(1, self.size.height - 1)
            self.go(self._heights.at(max(0, min(row, self._heights.total - 1))))

    def seek(self, words: str) -> list[int]:
        """Mark these words, whatever their case; the positions at which they occur."""
        self._sought = words.casefold()
        self.refresh()
        return [
            position
            for position, each in enumerate(self.lines.shown)
            if self._sought and self._sought in render.plain(each).casefold()
        ]

    def _keep_in_sight(self) -> None:
        if not self._texts or len(self._texts) <= self.at:
            return
        first, last = self._heights.top(self.at), self._heights.bottom(self.at) - 1
        top, height = self.scroll_offset.y, self.size.height
        if height and not top <= first <= last < top + height:
            below = max(0, last - height + 1)
            self.scroll_to(
                y=min(first, below if first >= top else first),
                animate=False,
                immediate=True,
            )

    def render_line(self, y: int) -> Strip:
        """The strip of one row of the window."""
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if not width or number >= self._heights.total:
            return Strip.blank(width, self.rich_style)
        content = self._row(number, width).truncate(width, pad=True)
        strips = Visual.to_strips(self, content, width, 1, self.visual_style)
        return strips[0].adjust_cell_length(width, self.rich_style)

    def _row(self, number: int, width: int) -> Content:
        position = self._heights.at(number)
        part = number - self._heights.top(position)
        drawn = render.row(
            *(self.lines.shown[position], part, self._texts[position], width),
            self._digits,
            current=position == self.at,
        )
        return marked(drawn, self._sought)

    def on_click(self, event: events.Click) -> None:
        """Make the line under the pointer the current one; a second click there opens it."""
        offset = event.get_content_offset(self)
        row = offset.y + self.scroll_offset.y if offset else self._heights.total
        if row >= self._heights.total:
            return
        if (position := self._heights.at(row)) == self.at:
            self.post_message(self.Opened())
        else:
            self.go(position)
