"""Text in terminal cells: how wide it is, and where it breaks."""

from __future__ import annotations

import unicodedata

_WIDE = ("W", "F")
_WITHOUT_WIDTH = ("Mn", "Me", "Cf")


def width(character: str) -> int:
    """The width of a printable character in cells."""
    if character.isascii():
        return 1
    if unicodedata.category(character) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def rows(line: str, cells: int) -> list[str]:
    """One line folded into rows of at most `cells` cells, at a blank if possible.

    The rows joined are the line. An empty line is one row.
    """
    folded, row = [], ""
    for character in line:
        if row and span(row) + width(character) > cells:
            at = row.rfind(" ") + 1 or len(row)
            folded.append(row[:at])
            row = row[at:]
        row += character
    return [*folded, row]


def clip(line: str, cells: int) -> str:
    """The beginning of a line that fits into `cells` cells."""
    used = 0
    for at, character in enumerate(line):
        used += width(character)
        if used > cells:
            return line[:at]
    return line


def shortened(line: str, cells: int) -> str:
    """A line that is wider than `cells` cells, cut to them, the last one being `…`."""
    return line if span(line) <= cells else clip(line, cells - 1) + "…"


def span(line: str) -> int:
    """The width of a line in cells."""
    return sum(map(width, line))
