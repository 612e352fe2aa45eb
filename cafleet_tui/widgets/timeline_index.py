"""Which entry is on which line: a window of entries with their heights, as pure data."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from cafleet_core.records import INPUT_REQUIRED, Entry

CAPACITY = 2_000
"""Entries in the window; wrapping them all anew must not be felt."""


class Change(NamedTuple):
    """What an update did: how many entries are new, which known ones are not as they
    were (by seq), and whether any of the lines that were there moved.
    """

    added: int
    changed: tuple[int, ...]
    moved: bool


class Anchor(NamedTuple):
    """The entry being read, and the row of the view on which it begins."""

    seq: int
    row: int


class TimelineIndex:
    """Entries by seq, oldest first, and the lines that they take one below another.

    `measure` gives an entry's height (at least 1); it is called once for an entry
    that is new or changed, and for all of them by `rewrap`. Only the window has
    lines. Entries newer than the window are kept beside it, so that the window can
    come back to them; older ones are forgotten when they leave it.
    """

    def __init__(
        self, measure: Callable[[Entry], int], capacity: int = CAPACITY
    ) -> None:
        self._measure = measure
        self._capacity = capacity
        self._entries: list[Entry] = []
        self._seqs: list[int] = []
        self._heights: list[int] = []
        self._bottoms: list[int] = []
        self._newer: list[Entry] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, position: int) -> Entry:
        return self._entries[position]

    @property
    def newer(self) -> int:
        """How many entries are kept below the window."""
        return len(self._newer)

    @property
    def total_lines(self) -> int:
        """The lines of the whole window."""
        bottoms = self._settled()
        return bottoms[-1] if bottoms else 0

    def find(self, seq: int | None) -> int | None:
        """The position of the entry `seq` in the window, or None."""
        if seq is None:
            return None
        position = bisect_left(self._seqs, seq)
        found = position < len(self._seqs) and self._seqs[position] == seq
        return position if found else None

    def top_of(self, position: int) -> int:
        """The first line of the entry at `position`."""
        return self._settled()[position] - self._heights[position]

    def height_of(self, position: int) -> int:
        """The lines of the entry at `position`."""
        return self._heights[position]

    def seek_open(self, seq: int | None, step: int) -> int | None:
        """The position of the nearest entry that somebody has not acked, from `seq` on in steps;

        without one at `seq`, from the end.
        """
        here = self.find(seq)
        start = (len(self) if here is None else here) + step
        ahead = range(start, len(self) if step > 0 else -1, step)
        return next((at for at in ahead if _is_open(self[at])), None)

    def locate(self, line: int) -> tuple[int, int]:
        """The position of the entry on `line`, and the line within that entry.

        Raises IndexError outside the window.
        """
        bottoms = self._settled()
        if not 0 <= line < self.total_lines:
            raise IndexError(line)
        position = bisect_right(bottoms, line)
        return position, line - (bottoms[position] - self._heights[position])

    def anchor(
        self, line: int, page: int, wanted: Iterable[int | None] = ()
    ) -> Anchor | None:
        """What is read in a view of `page` lines from `line` on; None without entries.

        The first `wanted` seq that begins in the view, or else the topmost entry that
        does, or else the one that fills it.
        """
        if not self._entries:
            return None
        line = min(line, self.total_lines - 1)
        position, row = self.locate(line)
        following = position + 1
        if row and following < len(self) and self.top_of(following) < line + page:
            position = following
        for seq in wanted:
            found = self.find(seq)
            if found is not None and line <= self.top_of(found) < line + page:
                position = found
                break
        return Anchor(self._seqs[position], self.top_of(position) - line)

    def line_of(self, anchor: Anchor | None) -> int | None:
        """The first line of the view that has the anchor where it was, if it is here."""
        position = self.find(anchor.seq) if anchor else None
        if anchor is None or position is None:
            return None
        return self.top_of(position) - anchor.row

    def reveal(self, position: int, line: int, page: int) -> int:
        """The first line of the view, at `line` now, that shows the entry; little moves."""
        top = self.top_of(position)
        bottom = self._settled()[position]
        return min(max(line, bottom - page), top)

    def replace(self, entries: Iterable[Entry]) -> None:
        """Forget everything, and show the newest of `entries`."""
        self._newer = []
        self._show(_in_order(entries)[-self._capacity :])

    def upsert(self, entries: Iterable[Entry], keep_newest: bool) -> Change:
        """Take in new entries, and newer versions of known ones.

        Where the window overflows, its oldest entries are forgotten if
        `keep_newest`; otherwise its newest wait below it. An unknown entry older
        than the window belongs to a page that is not loaded, and is ignored.
        """
        settled = len(self._settled())
        added = 0
        changed: list[int] = []
        for entry in _in_order(entries):
            place = self._place_of(entry.seq)
            if place is None:
                added += self._insert(entry)
            elif self._revise(*place, entry):
                changed.append(entry.seq)
        moved = len(self._bottoms) < settled
        dropped = self._fit(keep_newest)
        return Change(added, tuple(changed), moved or dropped)

    def prepend(self, older: Iterable[Entry]) -> int:
        """Put a page above the window, and return how many of its entries are new.

        A page is cut to half of the window, so that what was shown stays in it.
        """
        first = self._seqs[0] if self._seqs else None
        page = [e for e in _in_order(older) if first is None or e.seq < first]
        page = page[-max(1, self._capacity // 2) :]
        self._entries[:0] = page
        self._seqs[:0] = [entry.seq for entry in page]
        self._heights[:0] = map(self._measure, page)
        self._bottoms.clear()
        self._fit(keep_newest=False)
        return len(page)

    def forward(self, count: int) -> None:
        """Let the first `count` waiting entries in; the oldest make room for them."""
        arriving = self._newer[:count]
        del self._newer[:count]
        if len(arriving) >= self._capacity:
            self._show(arriving[-self._capacity :])
            return
        self._entries.extend(arriving)
        self._seqs.extend(entry.seq for entry in arriving)
        self._heights.extend(map(self._measure, arriving))
        self._fit(keep_newest=True)

    def remeasure(self, position: int) -> None:
        """Measure the entry at `position` again, as something else about it changed."""
        self.set_height(position, self._measure(self._entries[position]))

    def set_height(self, position: int, height: int) -> None:
        """Give the entry at `position` another height."""
        if height != self._heights[position]:
            self._heights[position] = height
            del self._bottoms[position:]

    def rewrap(self) -> None:
        """Measure every entry of the window again."""
        self._heights = [self._measure(entry) for entry in self._entries]
        self._bottoms.clear()

    def _settled(self) -> list[int]:
        """The line after each entry; only sums behind the last change are made again."""
        known = len(self._bottoms)
        if known < len(self._heights):
            start = self._bottoms[-1] if known else 0
            sums = accumulate(self._heights[known:], initial=start)
            next(sums)
            self._bottoms.extend(sums)
        return self._bottoms

    def _show(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._seqs = [entry.seq for entry in entries]
        self.rewrap()

    def _place_of(self, seq: int) -> tuple[list[Entry], int] | None:
        position = self.find(seq)
        if position is not None:
            return self._entries, position
        position = bisect_left(self._newer, seq, key=_SEQ)
        if position < len(self._newer) and self._newer[position].seq == seq:
            return self._newer, position
        return None

    def _revise(self, place: list[Entry], position: int, entry: Entry) -> bool:
        if entry.version <= place[position].version:
            return False
        place[position] = entry
        if place is self._entries:
            self.remeasure(position)
        return True

    def _insert(self, entry: Entry) -> bool:
        if self._newer and entry.seq > self._seqs[-1]:
            insort(self._newer, entry, key=_SEQ)
            return True
        position = bisect_left(self._seqs, entry.seq)
        if self._seqs and position == 0:
            return False
        self._entries.insert(position, entry)
        self._seqs.insert(position, entry.seq)
        self._heights.insert(position, self._measure(entry))
        del self._bottoms[position:]
        return True

    def _fit(self, keep_newest: bool) -> bool:
        """Bring the window down to its capacity; tell whether its top was cut off."""
        overflow = len(self._entries) - self._capacity
        if overflow <= 0:
            return False
        kept = slice(overflow, None) if keep_newest else slice(self._capacity)
        if not keep_newest:
            self._newer[:0] = self._entries[self._capacity :]
        self._entries = self._entries[kept]
        self._seqs = self._seqs[kept]
        self._heights = self._heights[kept]
        del self._bottoms[0 if keep_newest else self._capacity :]
        return keep_newest


_SEQ = attrgetter("seq")


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """One entry a seq, oldest first; of several versions the newest."""
    by_version = sorted(entries, key=attrgetter("version"))
    return sorted({entry.seq: entry for entry in by_version}.values(), key=_SEQ)


def _is_open(entry: Entry) -> bool:
    return any(delivery.state == INPUT_REQUIRED for delivery in entry.deliveries)
