"""A diff with the comments on it, as the lines that are shown one below another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cafleet_core.comments import Comment, Side
from cafleet_tui.model.patch import Kind, Line

_ELSEWHERE = "Not in these changes any more:"


class Remark(NamedTuple):
    """A comment below the line that it is about; one without a review is not sent yet."""

    comment: Comment
    task_id: str = ""

    @property
    def place(self) -> tuple[str, Side, int]:
        """As `Line.place`."""
        return self.comment.path, self.comment.side, self.comment.line

    @property
    def path(self) -> str:
        """The file that it is about."""
        return self.comment.path


Shown = Line | Remark


class DiffLines(NamedTuple):
    """What is shown, and where the part of each file begins."""

    shown: tuple[Shown, ...] = ()
    files: tuple[int, ...] = ()

    def file_at(self, position: int) -> int:
        """The number of the file in whose part a position is; -1 above the first."""
        return sum(start <= position for start in self.files) - 1

    def beside(self, position: int, step: int) -> int:
        """Where the next file's part begins, or (-1) this one's, or the one's before."""
        starts = (0, *self.files)
        if step > 0:
            return next((start for start in starts if start > position), position)
        return next((start for start in reversed(starts) if start < position), 0)

    def of_file(self, path: str) -> int:
        """Where the part of a file begins; 0 where there is none."""
        for start in self.files:
            if self.shown[start].path == path:
                return start
        return 0

    def like(self, before: Shown | None) -> int:
        """Where the same place is as in another reading: its line, else its file, else the top."""
        if before is None:
            return 0
        for position, each in enumerate(self.shown):
            if type(each) is type(before) and _same(each, before):
                return position
        return self.of_file(before.path)


def _same(each: Shown, before: Shown) -> bool:
    if isinstance(each, Line) and isinstance(before, Line) and each.kind != before.kind:
        return False
    return each.place == before.place


def arranged(lines: Sequence[Line], remarks: Iterable[Remark]) -> DiffLines:
    """Lines with each remark below the one that it is about, else below its file's heading.

    What is about a file that is not there follows all of them.
    """
    waiting: dict[tuple[str, Side, int], list[Remark]] = {}
    for remark in remarks:
        waiting.setdefault(remark.place, []).append(remark)
    below: list[list[Remark]] = [_taken(waiting, line) for line in lines]
    shown: list[Shown] = []
    files: list[int] = []
    for line, about in zip(lines, below, strict=True):
        if line.kind == Kind.FILE:
            files.append(len(shown))
            about = [*about, *_left_of(waiting, line.path)]
        shown += [line, *about]
    if waiting:
        shown.append(Line(Kind.NOTE, _ELSEWHERE))
        shown += [remark for left in waiting.values() for remark in left]
    return DiffLines(tuple(shown), tuple(files))


_LINES = (Kind.CONTEXT, Kind.ADDED, Kind.REMOVED)


def _taken(
    waiting: dict[tuple[str, Side, int], list[Remark]], line: Line
) -> list[Remark]:
    """The remarks about a line, which wait no longer."""
    if line.kind not in (*_LINES, Kind.FILE):
        return []
    about = waiting.pop(line.place, [])
    if line.kind == Kind.CONTEXT:  # it is on both sides
        about += waiting.pop((line.path, Side.OLD, line.old), [])
    return about


def _left_of(
    waiting: dict[tuple[str, Side, int], list[Remark]], path: str
) -> list[Remark]:
    """The other remarks about a file, which wait no longer."""
    places = [place for place in waiting if place[0] == path]
    return [remark for place in places for remark in waiting.pop(place)]
