"""The session as a conversation, in which one message may be selected and acted on."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.actions import SkipAction
from textual.message import Message

from cafleet_core.views import Entry, Unacked
from cafleet_tui.keys import actions
from cafleet_tui.widgets.timeline_strips import COLOURS
from cafleet_tui.widgets.timeline_window import TimelineWindow


class Timeline(TimelineWindow, can_focus=True):
    """A window on the conversation whose keys select, open and answer its entries."""

    DEFAULT_CSS = COLOURS
    BINDINGS = actions.bindings("timeline")

    @dataclass
    class EntryChosen(Message):
        """The entry is to be opened in full."""

        entry: Entry

    @dataclass
    class ReplyWanted(Message):
        """The entry is to be answered."""

        entry: Entry

    def on_click(self, event: events.Click) -> None:
        """Select the entry under the pointer, or choose it if it is selected."""
        entry = self.entry_at(event)
        if entry is None:
            return
        if entry.seq == self._selected:
            self.action_choose()
        else:
            self._select(entry.seq)

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
        """Select the nearest entry before or after that a recipient has not acked."""
        position = self._index.seek_open(self._selected, step)
        if position is not None:
            self._reveal(position)
        elif len(self._index):
            edge = self._index[-1 if step > 0 else 0]
            self.ask(Unacked(edge.seq, newer=step > 0))

    def action_deselect(self) -> None:
        """Deselect the entry; without one, or in a filter, the key has another meaning."""
        if self._selected is None or self.filtered:
            raise SkipAction
        self._select(None)

    def action_unfold(self) -> None:
        """Show more rows of the selected entry's text, or fold it again."""
        if self._selected is not None:
            self._unfolded ^= {self._selected}
            self._select(self._selected)

    def action_density(self) -> None:
        """Give each entry less room, or at last the most again."""
        with self._in_place():
            self.density = self.density.next
            self._index.rewrap()
        self.refresh(self.size.region)
        self._want_more()

    def action_choose(self) -> None:
        """Ask for the details of the selected entry."""
        if (entry := self.selected) is not None:
            self.post_message(self.EntryChosen(entry))

    def action_reply(self) -> None:
        """Ask for an answer to the selected entry."""
        if (entry := self.selected) is not None:
            self.post_message(self.ReplyWanted(entry))

    def _select(self, seq: int | None) -> None:
        with self._in_place(held=seq):
            changed, self._selected = (self._selected, seq), seq
            for position in map(self._index.find, changed):
                if position is not None:
                    self._index.remeasure(position)
        self.refresh(self.size.region)
