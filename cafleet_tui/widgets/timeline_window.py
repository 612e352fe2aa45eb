"""A window on the timeline: it follows the newest message, or stays where it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from textual.message import Message
from textual.reactive import reactive

from cafleet_core.views import Entry, Newer, Newest, Older, Page, Reach
from cafleet_tui.data.updates import Ask
from cafleet_tui.widgets.timeline_lines import TimelineLines
from cafleet_tui.widgets.timeline_paging import TimelinePaging


class TimelineWindow(TimelineLines):
    """Shows the entries of one session, oldest first, by pages that it asks for.

    At the end of the history it follows new entries. Elsewhere the entry being read keeps
    its row whatever is added, changed or wrapped anew, and `unseen` counts arrivals.
    """

    following: reactive[bool] = reactive(True, init=False, repaint=False)
    """Whether new entries are scrolled to."""
    unseen: reactive[int] = reactive(0, init=False, repaint=False)
    """Entries that arrived since `following` ended."""

    @dataclass
    class PageWanted(Message, namespace="timeline"):
        """A page is awaited; answer with `take`."""

        ask: Ask

    @dataclass
    class FollowChanged(Message, namespace="timeline"):
        """`following` or `unseen` has changed."""

        following: bool
        unseen: int

        def can_replace(self, message: Message) -> bool:
            """Only the latest state matters."""
            return isinstance(message, TimelineWindow.FollowChanged)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._paging = TimelinePaging(self._index)
        self._settling = False

    @property
    def reading(self) -> int | None:
        """The seq of the entry that is selected or being read, if it is not just the newest."""
        if self._selected is None and self.following:
            return None
        anchor = self._anchor()
        return self._selected or (anchor and anchor.seq)

    def replace(self, entries: Sequence[Entry]) -> None:
        """Show the newest page of a session, oldest first, scrolled to its end."""
        self._selected = None
        self._strips.clear()
        self._paging.show_newest(entries, begins=not entries)
        self._follow()

    def advance(self, entries: Sequence[Entry]) -> None:
        """Apply new and changed entries, in any order."""
        with self._in_place():
            change = self._paging.advance(entries, keep_newest=self.following)
        if change.moved or (change.added and self.following):
            self.refresh(self.size.region)
        else:
            for seq in change.changed:
                self._refresh_entry(seq)
        if change.added and not self.following:
            self.unseen += change.added

    def awaits(self, ask: Ask) -> bool:
        """Whether this page is awaited."""
        return self._paging.awaits(ask)

    def ask(self, reach: Reach) -> None:
        """Show another place in the history as soon as its page is taken."""
        self.post_message(self.PageWanted(self._paging.ask(reach)))

    def take(self, ask: Ask, page: Page | None) -> None:
        """Insert a page; None, or one that is no longer awaited, changes nothing."""
        if not self.awaits(ask):
            return
        if page is None:
            self._paging.give_up()
        elif isinstance(ask.reach, Older | Newer):
            with self._in_place():
                self._paging.take(page)
        else:
            self._go_to(page)
        self.refresh(self.size.region)
        self._want_more()

    def _go_to(self, page: Page) -> None:
        """Show another part of the history: at the entry looked for, or at its end."""
        if page.target is not None:
            self._selected = page.target
        self._paging.take(page)
        position = self._index.find(page.target)
        if position is None:
            self._follow()
        else:
            self.following = False
            self._count_lines()
            self._scroll_still(self._index.top_of(position) - self._page // 3)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow only at the very end, and ask for the page beyond either edge."""
        super().watch_scroll_y(old_value, new_value)
        if not self._settling:
            self.following = self._at_end
            self._want_more()

    def watch_following(self, following: bool) -> None:
        """Go to the newest entry when following begins."""
        if following:
            self.unseen = 0
            self._show_newest()
        self.post_message(self.FollowChanged(following, self.unseen))

    def watch_unseen(self, unseen: int) -> None:
        """Report how many unseen entries are below."""
        self.post_message(self.FollowChanged(self.following, unseen))

    def on_resize(self) -> None:
        """Wrap anew if the width changed; the entry being read keeps its row."""
        width = self.scrollable_content_region.width
        with self._in_place():
            if width != self._width:
                self._width = width
                self._index.rewrap()
        self.refresh(self.size.region)
        self._want_more()

    def action_scroll_end(self) -> None:
        """Jump to the newest entry and follow."""
        self._follow()

    @property
    def _at_end(self) -> bool:
        return self.is_vertical_scroll_end and self._index.ends

    @contextmanager
    def _in_place(self, held: int | None = None) -> Iterator[None]:
        """Change the lines; the entry `held`, or the one being read, keeps its row."""
        anchor = self._anchor(held)
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

    def _scroll_still(self, line: int) -> None:
        """Scroll to a line without changing `following`."""
        self._settling = True
        self.scroll_to(y=line, animate=False, force=True)
        self._settling = False
        self.following = self._at_end

    def _follow(self) -> None:
        """Go to the end of the history, which may have to be read first."""
        if not self._index.ends:
            self.ask(Newest())
        elif self.following:
            self._show_newest()
        else:
            self.following = True

    def _show_newest(self) -> None:
        with self._in_place():
            pass
        self.refresh(self.size.region)
        self._want_more()

    def _want_more(self) -> None:
        """Ask for the next page if less than a view is left above or below."""
        above = self.scroll_offset.y
        below = self._index.total_lines - above - self._page
        reach = self._paging.edge(above, below, self._page)
        if reach is not None:
            self.ask(reach)
