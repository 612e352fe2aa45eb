"""Lines with a frame around them, or without one, kept while the same lines are drawn again.

Textual caches a widget's lines by row, and so draws all of a list again that moves up by a
line. These caches know a line by what it holds. They give the same strip for the same
line, and Textual keeps its filtered, divided and rendered forms with the strip.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.cache import LRUCache
from textual.css.styles import StylesBase
from textual.geometry import Size
from textual.strip import Strip

_KEPT_LINES = 512
"""A few screens full, so that scrolling back frames nothing again."""

_Line = tuple[Segment, ...]


class FramedStrips(StylesCache):
    """The lines of a widget with a frame; all are framed anew where the widget is styled anew."""

    def __init__(self) -> None:
        super().__init__()
        self._framed: LRUCache[_Line, Strip] = LRUCache(_KEPT_LINES)
        self._top: int | None = None

    def clear(self) -> None:
        """Forget all lines, as the frame or its colours may have changed."""
        super().clear()
        self._framed.clear()
        self._top = None

    def render_line(  # of most it only passes on what it is given
        self,
        styles: StylesBase,
        y: int,
        size: Size,
        content_size: Size,
        padding: Any,
        base_background: Any,
        background: Any,
        render_content_line: Callable[[int], Strip],
        *rest: Any,
    ) -> Strip:
        """See `StylesCache`; the frame's own rows are drawn as ever."""
        if self._top is None:
            self._top = styles.gutter.top
        row = y - self._top
        place = (styles, y, size, content_size)
        style = (padding, base_background, background)
        if not 0 <= row < content_size.height:
            return super().render_line(*place, *style, render_content_line, *rest)
        content = render_content_line(row)
        line = tuple(content)
        framed = self._framed.get(line)
        if framed is None:
            framed = super().render_line(*place, *style, lambda _: content, *rest)
            self._framed[line] = framed
        return framed


class BareStrips(StylesCache):
    """The lines of a widget that draws all of itself, as a scrollbar does: without any frame."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: LRUCache[_Line, Strip] = LRUCache(_KEPT_LINES)

    def render_line(  # the rest is of the frame
        self, _styles: StylesBase, y: int, *rest: Any
    ) -> Strip:
        """See `StylesCache`."""
        render_content_line: Callable[[int], Strip] = rest[5]
        strip = render_content_line(y)
        line = tuple(strip)
        kept = self._kept.get(line)
        if kept is None:
            kept = self._kept[line] = strip
        return kept
