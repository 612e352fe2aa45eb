"""The session as a conversation: follows the newest message, or stays where it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from cafleet_core.records import Entry
from cafleet_tui import actions
from cafleet_tui.render import message
from cafleet_tui.widgets.still_scroll import StillScroll
from cafleet_tui.widgets.timeline_index import TimelineIndex
from cafleet_tui.widgets.timeline_strips import (
    COLOURS,
    COMPONENTS,
    SELECTED,
    EntryStrips,
)


class Timeline(StillScroll, can_focus=True):
    """The entries of one session, oldest first, of which any number may be loaded.

    At its end it follows what arrives. Scrolled up, the entry being read keeps its
    row whatever is added, changed or wrapped anew, and `unseen` counts arrivals.
    """

    DEFAULT_CSS = COLOURS
    COMPONENT_CLASSES: ClassVar[set[str]] = {SELECTED, *COMPONENTS.values()}
    BINDINGS = actions.bindings("timeline")
    ALLOW_SELECT = False

    following: reactive[bool] = reactive(True, init=False, repaint=False)
    """Whether new entries are scrolled to; setting it true jumps to the newest."""
    unseen: reactive[int] = reactive(0, init=False, repaint=False)
    """Entries that arrived since `following` ended."""

    @dataclass
    class OlderWanted(Message):
        """The top is near: `prepend` with the page before `before_seq` is awaited."""

        before_seq: int

    @dataclass
    class FollowChanged(Message):
        """`following` or `unseen` is another now."""

        following: bool
        unseen: int

        def can_replace(self, message: Message) -> bool:
            """Only the latest state matters."""
            return isinstance(message, Timeline.FollowChanged)

    @dataclass
    class EntryChosen(Message):
        """The human wants to see all of this entry."""

        entry: Entry

    @dataclass
    class ReplyWanted(Message):
        """The human wants to answer this entry."""

        entry: Entry

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._index = TimelineIndex(self._height)
        self._strips = EntryStrips(self.get_visual_style)
        self._width = 0
        self._selected: int | None = None
        self._older_asked = False
        self._first_of_all: int | None = None
        self._settling = False

    @property
    def selected(self) -> Entry | None:
        """The entry that Enter and `r` act on, if one is selected and loaded."""
        position = self._index.find(self._selected)
        return None if position is None else self._index[position]

    def replace(self, entries: Sequence[Entry]) -> None:
        """Show the entries of another session, oldest first, from the newest on."""
        self._selected = self._first_of_all = None
        self._older_asked = False
        self._strips.clear()
        self._index.replace(entries)
        self._follow()

    def advance(self, entries: Sequence[Entry]) -> None:
        """Take in new and changed entries, in any mix and order."""
        with self._in_place():
            change = self._index.upsert(entries, keep_newest=self.following)
        if change.moved or (change.added and self.following):
            self.refresh(self.size.region)
        else:
            for seq in change.changed:
                self._refresh_entry(seq)
        if change.added and not self.following:
            self.unseen += change.added

    def prepend(self, entries: Sequence[Entry]) -> None:
        """Put the awaited page above; without any older entry the beginning is reached."""
        first = self._index[0].seq if len(self._index) else None
        with self._in_place():
            found = self._index.prepend(entries)
        self._older_asked = False
        if not found:
            self._first_of_all = first
        self.refresh(self.size.region)
        self._want_older()

    def render_line(self, y: int) -> Strip:
        """One row of the view, from the strips of the entry that is there."""
        line = self.scroll_offset.y + y
        if not len(self._index):
            rows = self._strips.hint(self._width, self._page)
            return rows[y] if y < len(rows) else self._strips.blank(self._width)
        if line >= self._index.total_lines:
            return self._strips.blank(self._width)
        position, row = self._index.locate(line)
        entry = self._index[position]
        if row == 0:
            before = self._index[position - 1] if position else None
            return self._strips.lead(before, entry, self._width)
        selected = entry.seq == self._selected
        return self._strips.entry(entry, self._width, selected)[row - 1]

    def notify_style_update(self) -> None:
        """Forget whatever was drawn in colours that may no longer hold."""
        super().notify_style_update()
        self._strips.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow at the very end only, and ask for what lies beyond either edge."""
        super().watch_scroll_y(old_value, new_value)
        if self._settling:
            return
        below = self._index.total_lines - self.scroll_offset.y - self._page
        if self._index.newer and below < self._page:
            with self._in_place():
                self._index.forward(self._page)
        self.following = self._at_end
        self._want_older()

    def watch_following(self, following: bool) -> None:
        """Go to the newest when following begins."""
        if following:
            self.unseen = 0
            self._show_newest()
        self.post_message(self.FollowChanged(following, self.unseen))

    def watch_unseen(self, unseen: int) -> None:
        """Tell how many entries wait below."""
        self.post_message(self.FollowChanged(self.following, unseen))

    def on_resize(self) -> None:
        """Wrap anew where the width is another; keep what is read in its place."""
        width = self.scrollable_content_region.width
        with self._in_place():
            if width != self._width:
                self._width = width
                self._index.rewrap()
        self.refresh(self.size.region)
        self._want_older()

    def on_click(self, event: events.Click) -> None:
        """Select the entry under the pointer, or choose it if it is selected."""
        offset = event.get_content_offset(self)
        line = 0 if offset is None else offset.y + self.scroll_offset.y
        if offset is None or line >= self._index.total_lines:
            return
        seq = self._index[self._index.locate(line)[0]].seq
        if seq == self._selected:
            self.action_choose()
        else:
            self._select(seq)

    def action_select(self, step: int) -> None:
        """Select the entry after or before the selected one; at first the last visible."""
        if not len(self._index):
            return
        position = self._index.find(self._selected)
        if position is None:
            bottom = self.scroll_offset.y + self._page - 1
            position = self._index.locate(min(bottom, self._index.total_lines - 1))[0]
        else:
            position = min(max(position + step, 0), len(self._index) - 1)
        self._reveal(position)

    def _reveal(self, position: int) -> None:
        self._select(self._index[position].seq)
        line = self._index.reveal(position, self.scroll_offset.y, self._page)
        self.scroll_to(y=line, animate=False)

    def action_unacked(self, step: int) -> None:
        """Select the nearest entry before or after that somebody has not acked yet."""
        position = self._index.seek_open(self._selected, step)
        if position is not None:
            self._reveal(position)

    def action_deselect(self) -> None:
        """Let go of the selected entry; without one the key is somebody else's."""
        if self._selected is None:
            raise SkipAction
        self._select(None)

    def action_choose(self) -> None:
        """Ask for the details of the selected entry."""
        if (entry := self.selected) is not None:
            self.post_message(self.EntryChosen(entry))

    def action_reply(self) -> None:
        """Ask for an answer to the selected entry."""
        if (entry := self.selected) is not None:
            self.post_message(self.ReplyWanted(entry))

    def action_scroll_end(self) -> None:
        """Jump to the newest entry and follow."""
        self._follow()

    def _height(self, entry: Entry) -> int:
        return message.height(entry, self._width, entry.seq == self._selected)

    @property
    def _page(self) -> int:
        return self.scrollable_content_region.height

    @property
    def _at_end(self) -> bool:
        return self.is_vertical_scroll_end and not self._index.newer

    @contextmanager
    def _in_place(self, held: int | None = None) -> Iterator[None]:
        """Change the lines; the entry `held`, or the one being read, keeps its row."""
        wanted = (held, self._selected)
        anchor = self._index.anchor(self.scroll_offset.y, self._page, wanted)
        self._settling = True
        try:
            yield
            self._count_lines()
            if self.following:
                self.scroll_end(animate=False, immediate=True, force=True)
            elif (line := self._index.line_of(anchor)) is not None:
                self.scroll_to(y=line, animate=False, force=True)
        finally:
            self._settling = False
        self.following = self._at_end

    def _count_lines(self) -> None:
        lines = self._index.total_lines
        # Assigning `virtual_size` would lay out and repaint the whole screen; a
        # scrollbar that is always there needs to know the height, no more.
        self.set_reactive(Timeline.virtual_size, Size(self._width, lines))
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = lines

    def _follow(self) -> None:
        if self.following:
            self._show_newest()
        self.following = True

    def _show_newest(self) -> None:
        with self._in_place():
            self._index.forward(self._index.newer)
        self.refresh(self.size.region)
        self._want_older()

    def _select(self, seq: int | None) -> None:
        with self._in_place(held=seq):
            changed, self._selected = (self._selected, seq), seq
            for position in map(self._index.find, changed):
                if position is not None:
                    self._index.remeasure(position)
        self.refresh(self.size.region)

    def _refresh_entry(self, seq: int) -> None:
        position = self._index.find(seq)
        if position is not None:
            top = self._index.top_of(position)
            self.refresh_lines(top, self._index.height_of(position))

    def _want_older(self) -> None:
        """Ask once for an older page when less than a page is left above."""
        if self._older_asked or not len(self._index):
            return
        first = self._index[0].seq
        if first != self._first_of_all and self.scroll_offset.y < self._page:
            self._older_asked = True
            self.post_message(self.OlderWanted(first))
