"""Map lines to entries: a window of entries with their heights, as pure data."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import NamedTuple

from cafleet_core.broker.messages import filtering
from cafleet_core.views import Entry
from cafleet_tui.model.line_heights import LineHeights

CAPACITY = 2_000
"""Entries in the window; few enough to wrap all of them without a noticeable delay."""


class LineChange(NamedTuple):
    """An update's effect: the number of new entries, the changed known ones (by seq), and
    whether any existing line moved.
    """

    added: int
    changed: tuple[int, ...]
    moved: bool


class Anchor(NamedTuple):
    """The entry being read, and the view's row on which it begins."""

    seq: int
    row: int


class TimelineIndex:
    """A window of entries by seq, oldest first, and the lines that they take.

    `measure` returns an entry's height (at least 1); it is called once for a new or
    changed entry, and for all of them by `rewrap`. The window covers a part of the
    history without a gap; entries outside it are dropped. `begins` and `ends` are
    whether it includes the history's beginning and its end.
    """

    def __init__(
        self, measure: Callable[[Entry], int], capacity: int = CAPACITY
    ) -> None:
        self._measure = measure
        self._capacity = capacity
        self._entries: list[Entry] = []
        self._seqs: list[int] = []
        self._heights = LineHeights()
        self._newest = 0
        self.begins = self.ends = True

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, position: int) -> Entry:
        return self._entries[position]

    @property
    def total_lines(self) -> int:
        """The lines of the whole window."""
        return self._heights.total

    def find(self, seq: int | None) -> int | None:
        """The position of the entry `seq` in the window, or None."""
        if seq is None:
            return None
        position = bisect_left(self._seqs, seq)
        loaded = position < len(self._seqs) and self._seqs[position] == seq
        return position if loaded else None

    def top_of(self, position: int) -> int:
        """The first line of the entry at `position`."""
        return self._heights.top(position)

    def height_of(self, position: int) -> int:
        """The lines of the entry at `position`."""
        return self._heights[position]

    def seek_open(self, seq: int | None, step: int) -> int | None:
        """The position of the nearest entry with an open delivery, from `seq` on in steps.

        Starts at the end if `seq` is not in the window.
        """
        here = self.find(seq)
        start = (len(self) if here is None else here) + step
        ahead = range(start, len(self) if step > 0 else -1, step)
        return next((at for at in ahead if filtering.is_unacked(self[at])), None)

    def locate(self, line: int) -> tuple[int, int]:
        """The position of the entry on `line`, and the line within that entry.

        Raises IndexError outside the window.
        """
        if not 0 <= line < self.total_lines:
            raise IndexError(line)
        position = self._heights.at(line)
        return position, line - self.top_of(position)

    def anchor(
        self, line: int, page: int, wanted: Iterable[int | None] = ()
    ) -> Anchor | None:
        """The entry being read in a view of `page` lines from `line` on; None without entries.

        That is the first `wanted` seq that begins in the view, else the topmost entry that
        begins there, else the one that fills it.
        """
        if not self._entries:
            return None
        line = min(line, self.total_lines - 1)
        position, row = self.locate(line)
        following = position + 1
        if row and following < len(self) and self.top_of(following) < line + page:
            position = following
        for seq in wanted:
            candidate = self.find(seq)
            if candidate is not None and line <= self.top_of(candidate) < line + page:
                position = candidate
                break
        return Anchor(self._seqs[position], self.top_of(position) - line)

    def line_of(self, anchor: Anchor | None) -> int | None:
        """The view's first line that keeps the anchor on its row; None if it is not loaded."""
        position = self.find(anchor.seq) if anchor else None
        if anchor is None or position is None:
            return None
        return self.top_of(position) - anchor.row

    def reveal(self, position: int, line: int, page: int) -> int:
        """The view's first line that shows the entry, as near to `line` as possible."""
        top = self.top_of(position)
        bottom = self._heights.bottom(position)
        return min(max(line, bottom - page), top)

    def replace(self, entries: Iterable[Entry], *, begins: bool, ends: bool) -> None:
        """Replace the window by `entries`; by the newest if they are too many."""
        shown = _in_order(entries)
        self._entries = shown[-self._capacity :]
        self._seqs = [entry.seq for entry in self._entries]
        self.begins = begins and len(shown) <= self._capacity
        self.ends = ends
        if ends:  # a backup that took the registry's place ends earlier
            self._newest = 0
        self._know()
        self.rewrap()

    def upsert(self, entries: Iterable[Entry], keep_newest: bool) -> LineChange:
        """Add new entries, and replace known ones by newer versions.

        If the window overflows, its oldest entries are dropped if `keep_newest`,
        otherwise its newest. An unknown entry outside the window, or after one that
        does not reach the end, is only counted: its page is not loaded.
        """
        self._heights.settle()
        known = self._newest
        added = 0
        changed: list[int] = []
        for entry in _in_order(entries):
            added += entry.seq > known
            position = self.find(entry.seq)
            if position is None:
                self._insert(entry)
            elif self._revise(position, entry):
                changed.append(entry.seq)
            self._newest = max(self._newest, entry.seq)
        moved = self._heights.moved
        dropped = self._fit(keep_newest)
        return LineChange(added, tuple(changed), moved or dropped)

    def prepend(self, page: Iterable[Entry], *, begins: bool) -> None:
        """Add a page above the window, and drop its newest entries if it overflows.

        A page is cut to half of the window, so that the visible entries stay in it.
        """
        first = self._seqs[0] if self._seqs else None
        older = [e for e in _in_order(page) if first is None or e.seq < first]
        kept = older[-max(1, self._capacity // 2) :]
        self.begins = begins and len(kept) == len(older)
        self._entries[:0] = kept
        self._seqs[:0] = [entry.seq for entry in kept]
        self._heights.prepend(map(self._measure, kept))
        self._know()
        self._fit(keep_newest=False)

    def append(self, page: Iterable[Entry], *, ends: bool) -> None:
        """Add a page below the window, and drop its oldest entries if it overflows."""
        last = self._seqs[-1] if self._seqs else 0
        newer = [e for e in _in_order(page) if e.seq > last]
        kept = newer[: max(1, self._capacity // 2)]
        self.ends = ends and len(kept) == len(newer)
        self._entries.extend(kept)
        self._seqs.extend(entry.seq for entry in kept)
        self._heights.extend(map(self._measure, kept))
        self._know()
        self._fit(keep_newest=True)

    def remeasure(self, position: int) -> None:
        """Measure the entry at `position` again, for a change other than its version."""
        self.set_height(position, self._measure(self._entries[position]))

    def set_height(self, position: int, height: int) -> None:
        """Give the entry at `position` another height."""
        self._heights.set(position, height)

    def rewrap(self) -> None:
        """Measure every entry of the window again."""
        self._heights.replace(map(self._measure, self._entries))

    def _know(self) -> None:
        self._newest = max(self._newest, self._seqs[-1] if self._seqs else 0)

    def _revise(self, position: int, entry: Entry) -> bool:
        if entry.version <= self._entries[position].version:
            return False
        self._entries[position] = entry
        self.remeasure(position)
        return True

    def _insert(self, entry: Entry) -> None:
        position = bisect_left(self._seqs, entry.seq)
        above = position == 0 and not (self.begins and self.ends)
        below = position == len(self._seqs) and not self.ends
        if above or below:
            return
        self._entries.insert(position, entry)
        self._seqs.insert(position, entry.seq)
        self._heights.insert(position, self._measure(entry))

    def _fit(self, keep_newest: bool) -> bool:
        """Cut the window to its capacity; True if its oldest entries were dropped."""
        overflow = len(self._entries) - self._capacity
        if overflow <= 0:
            return False
        kept = slice(overflow, None) if keep_newest else slice(self._capacity)
        self._entries = self._entries[kept]
        self._seqs = self._seqs[kept]
        if keep_newest:
            self._heights.drop_above(overflow)
            self.begins = False
        else:
            self._heights.drop_below(self._capacity)
            self.ends = False
        return keep_newest


_SEQ = attrgetter("seq")


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """One entry a seq, oldest first; of several versions the newest."""
    by_version = sorted(entries, key=attrgetter("version"))
    return sorted({entry.seq: entry for entry in by_version}.values(), key=_SEQ)
