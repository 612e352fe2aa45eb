"""The lines of the timeline's window: drawing, selection and hit tests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from cafleet_core.views import Entry
from cafleet_tui.model.density import Density
from cafleet_tui.model.timeline_index import Anchor, TimelineIndex
from cafleet_tui.render import entry_detail as render
from cafleet_tui.render import timeline_entry
from cafleet_tui.render.timeline_entry import Shape
from cafleet_tui.widgets.framed_strips import BareStrips, FramedStrips
from cafleet_tui.widgets.still_scroll import StillScroll
from cafleet_tui.widgets.timeline_strips import COMPONENTS, SELECTED, EntryStrips


class TimelineLines(StillScroll):
    """Draws the entries of its index; call `_count_lines` after a change of the index."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {SELECTED, *COMPONENTS.values()}
    ALLOW_SELECT = False

    filtered = False
    """Whether a filter is on."""
    density = Density.ROOMY
    """How much room each entry gets."""
    empty: tuple[str, ...] = timeline_entry.NOTHING_YET
    """Its text while it has no entries and no filter."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._styles_cache = FramedStrips()
        self._index = TimelineIndex(self._height)
        self._strips = EntryStrips(self.get_visual_style)
        self._rows: list[Strip] = []
        self._width = 0
        self._selected: int | None = None
        self._unfolded: set[int] = set()

    def on_mount(self) -> None:
        """Have the scrollbar draw anew only what moves along it."""
        self.vertical_scrollbar._styles_cache = BareStrips()

    def seek(self, words: str) -> None:
        """Highlight these words in messages."""
        self._strips.seek(words)

    @property
    def selected(self) -> Entry | None:
        """The entry that Enter and `r` act on, if one is selected and loaded."""
        position = self._index.find(self._selected)
        return None if position is None else self._index[position]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of the view, each from the strips of its entry."""
        self._rows = list(islice(self._visible(), self._page))
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the view, as `render_lines` has drawn it."""
        return self._rows[y] if y < len(self._rows) else self._strips.blank(self._width)

    def _visible(self) -> Iterator[Strip]:
        """The strips of the view from its top on, down to the end of the entries."""
        index, strips, width = self._index, self._strips, self._width
        if not len(index):
            texts = timeline_entry.NOTHING_FITS if self.filtered else self.empty
            yield from strips.hint(width, self._page, texts)
            return
        top = self.scroll_offset.y
        if top >= index.total_lines:
            return
        first, hidden = index.locate(top)
        before = index[first - 1] if first else None
        for position in range(first, len(index)):
            entry = index[position]
            shape = self._shape(entry)
            lead = [strips.lead(before, entry, width)] * shape.leads
            rows = (*lead, *strips.entry(entry, shape))
            yield from rows[hidden:]
            before, hidden = entry, 0

    def entry_at(self, event: events.MouseEvent) -> Entry | None:
        """The entry under the pointer."""
        offset = event.get_content_offset(self)
        line = 0 if offset is None else offset.y + self.scroll_offset.y
        if offset is None or line >= self._index.total_lines:
            return None
        return self._index[self._index.locate(line)[0]]

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show the deliveries of a message to several as a tooltip."""
        entry = self.entry_at(event)
        several = entry is not None and len(entry.deliveries) > 1
        self.tooltip = render.recipients(entry) if entry and several else None

    def notify_style_update(self) -> None:
        """Drop cached strips, as their colours may have changed."""
        super().notify_style_update()
        self._strips.clear()

    def _height(self, entry: Entry) -> int:
        return timeline_entry.height(entry, self._shape(entry))

    def _shape(self, entry: Entry) -> Shape:
        """How an entry is drawn."""
        seq = entry.seq
        return Shape(
            *(self._width, seq == self._selected, seq in self._unfolded),
            self.density,
        )

    @property
    def _page(self) -> int:
        return self.scrollable_content_region.height

    def _anchor(self, held: int | None = None) -> Anchor | None:
        wanted = (held, self._selected)
        return self._index.anchor(self.scroll_offset.y, self._page, wanted)

    def _count_lines(self) -> None:
        lines = self._index.total_lines
        # Assigning `virtual_size` would lay out and repaint the whole screen; a scrollbar
        # that is always visible only needs to know the height.
        self.set_reactive(TimelineLines.virtual_size, Size(self._width, lines))
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = lines

    def _refresh_entry(self, seq: int) -> None:
        position = self._index.find(seq)
        if position is not None:
            top = self._index.top_of(position)
            self.refresh_lines(top, self._index.height_of(position))
