"""Wrap and clip text to a width in terminal cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

ELLIPSIS = "…"

_CJK = (
    "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003fffd"
)
_TOKEN = re.compile(f" *(?:[{_CJK}]|[^ {_CJK}]+)")
"""A word with the spaces before it; a CJK character is a word, as rows break between them."""

_ONE_CELL_EACH = re.compile(
    "[ -~\xa1-\xac\xae-\u02ff\u0370-\u0377\u0391-\u03a1\u03a3-\u03ff"
    "\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e]*"
)
"""Text of one cell a character, whose rows are cut by counting characters."""


def wrap(line: str, width: int) -> Iterator[str]:
    """`line`, free of line ends and tabs, in rows of at most `width` >= 2 cells.

    Rows break at spaces, which vanish there; a word wider than a row is cut.
    Yields at least one row; lazily, so that unread rows cost nothing.
    """
    line = line.rstrip(" ")
    if _ONE_CELL_EACH.fullmatch(line):
        return _wrap_counting(line, width)
    return _wrap_measuring(line, width)


def _wrap_counting(line: str, width: int) -> Iterator[str]:
    while len(line) > width:
        indent = len(line) - len(line.lstrip(" "))
        end = line.rfind(" ", indent, width + 1)
        end = width if end < 0 else end
        yield line[:end].rstrip(" ")
        line = line[end:].lstrip(" ")
    yield line


def _wrap_measuring(line: str, width: int) -> Iterator[str]:
    row, used = "", 0
    for match in _TOKEN.finditer(line):
        token = match[0]
        size = len(token) if token.isascii() else cell_len(token)
        if used + size > width:
            if row:
                yield row
                token = token.lstrip(" ")
            *full, token = _chop(token, width)
            yield from full
            row, used, size = "", 0, cell_len(token)
        row += token
        used += size
    yield row


def clip(text: str, width: int) -> str:
    """`text` if it fits into `width` >= 3 cells, else its beginning and `…`."""
    if cell_len(text) <= width:
        return text
    return _chop(text[: 4 * width], width - 1)[0] + ELLIPSIS


def shorten(name: str, width: int) -> str:
    """`name` if it fits into `width` >= 3 cells, else both its ends with `…` between them.

    What tells names of a team apart stands at their end more often than not.
    """
    if cell_len(name) <= width:
        return name
    tail = _end(name[-4 * width :], width // 2)
    head = _chop(name[: 4 * width], width - 1 - cell_len(tail))[0]
    while cell_len(shortened := head + ELLIPSIS + tail) > width:  # joined to one glyph
        head = head[:-1]
    return shortened


def _end(text: str, width: int) -> str:
    """As much of the end of `text` as fits into `width` cells."""
    start = len(text)
    while start and cell_len(text[start - 1 :]) <= width:
        start -= 1
    while start < len(text) and not cell_len(text[start]):  # it belongs to what is cut
        start += 1
    return text[start:]


def _chop(text: str, width: int) -> list[str]:
    """`text` in pieces of at most `width` cells; text without width is one piece.

    Pieces end between graphemes; runs of joiners that join nothing are cut anywhere.
    """
    pieces = chop_cells(text, width) or [text]
    if all(cell_len(piece) <= width for piece in pieces):
        return pieces
    pieces, used = [""], 0
    for character in text:
        size = cell_len(character)
        if used + size > width:
            pieces.append("")
            used = 0
        pieces[-1] += character
        used += size
    return pieces
