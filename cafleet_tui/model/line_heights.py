"""Heights in lines, one below another, and the lines on which each begins and ends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class LineHeights:
    """Heights by position; only the sums after the last change are computed again."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._bottoms: list[int] = []
        self._settled = 0
        self.moved = False
        """Whether any that was there at the last `settle` begins or ends elsewhere now."""

    def __getitem__(self, position: int) -> int:
        return self._heights[position]

    @property
    def total(self) -> int:
        """The lines of all together."""
        bottoms = self._sums()
        return bottoms[-1] if bottoms else 0

    def top(self, position: int) -> int:
        """The first line at `position`."""
        return self.bottom(position) - self._heights[position]

    def bottom(self, position: int) -> int:
        """The line after the last one at `position`."""
        return self._sums()[position]

    def at(self, line: int) -> int:
        """The position on whose lines `line` is; it is among them."""
        return bisect_right(self._sums(), line)

    def settle(self) -> None:
        """From now on `moved` tells of changes to what is here now."""
        self._settled = len(self._sums())
        self.moved = False

    def replace(self, heights: Iterable[int]) -> None:
        """Other heights instead of all."""
        self._heights = list(heights)
        self._move_from(0)

    def prepend(self, heights: Iterable[int]) -> None:
        """More heights above."""
        self._heights[:0] = heights
        self._move_from(0)

    def extend(self, heights: Iterable[int]) -> None:
        """More heights below."""
        self._heights.extend(heights)

    def insert(self, position: int, height: int) -> None:
        """One more height, before the one at `position`."""
        self._heights.insert(position, height)
        self._move_from(position)

    def set(self, position: int, height: int) -> None:
        """Another height at `position`."""
        if height != self._heights[position]:
            self._heights[position] = height
            self._move_from(position)

    def drop_above(self, count: int) -> None:
        """Without the first `count`."""
        del self._heights[:count]
        self._move_from(0)

    def drop_below(self, position: int) -> None:
        """Without those from `position` on."""
        del self._heights[position:]
        self._move_from(position)

    def _sums(self) -> list[int]:
        known = len(self._bottoms)
        if known < len(self._heights):
            start = self._bottoms[-1] if known else 0
            sums = accumulate(self._heights[known:], initial=start)
            next(sums)
            self._bottoms.extend(sums)
        return self._bottoms

    def _move_from(self, position: int) -> None:
        del self._bottoms[position:]
        self.moved = self.moved or position < self._settled
