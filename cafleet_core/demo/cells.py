"""Text in terminal cells: how wide it is, and where it breaks."""

from __future__ import annotations

import unicodedata

_WIDE = ("W", "F")
_WITHOUT_WIDTH = ("Mn", "Me", "Cf")


def width(character: str) -> int:
    """The cells that a printable character takes."""
    if character.isascii():
        return 1
    if unicodedata.category(character) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def rows(line: str, cells: int) -> list[str]:
    """One line folded into rows of at most `cells` cells; an empty one is one row."""
    folded, row, used = [], "", 0
    for character in line:
        taken = width(character)
        if used + taken > cells and row:
            folded.append(row)
            row, used = "", 0
        row += character
        used += taken
    return [*folded, row]


def clip(line: str, cells: int) -> str:
    """The beginning of a line that fits into `cells` cells."""
    return rows(line, cells)[0]


def span(line: str) -> int:
    """The cells that a line takes."""
    return sum(map(width, line))
