"""The stand-in's screen: a scrolling transcript above a repainted input area."""

from __future__ import annotations

from collections import deque

from cafleet_core import cells, text
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cafleet_core.demo.actions import Ask

PLAIN = ""
BOLD = "\x1b[1m"
DIM = "\x1b[2m"
ACCENT = "\x1b[36m"
WORKING = "\x1b[35m"

SETUP = "\x1b[?2004h"
TEAR_DOWN = "\x1b[?2004l\x1b[?25h\r\n"

_RESET = "\x1b[0m"
_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
_FORGET_ALL = "\x1b[H\x1b[2J\x1b[3J"
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"
_ERASE_BELOW = "\r\x1b[J"

THEIRS = "> "
OUTPUT = "│ "
REMARK = "● "
COMMAND = "$ "
_OURS = (REMARK, COMMAND)

_GLYPH = "❯ "
_HINT = "  ⏎ sends · ^j new line · /exit leaves"
_ANSWER_HINT = "  a digit answers"
_TALLEST_DRAFT = 6
_FRAME = 4
_REMEMBERED = 300
_TALLEST_REMARK = 20

Row = tuple[str, str]
"""A style and the text that is drawn in it."""


class Face(NamedTuple):
    """The area below the transcript: current work or a question, and the draft.

    `queued` is the number of turns that wait for the work to end.
    """

    draft: str = ""
    working: str | None = None
    question: Ask | None = None
    queued: int = 0


class Screen:
    """Draws with `write`; `size` returns the current columns and rows."""

    def __init__(
        self, write: Callable[[str], None], size: Callable[[], tuple[int, int]]
    ) -> None:
        self._write = write
        self._size = size
        self._transcript: deque[tuple[str, str, str]] = deque(maxlen=_REMEMBERED)
        self._undrawn = 0
        self._cursor_row = 0

    def say(self, mark: str, words: str, style: str = PLAIN) -> None:
        """Add to the transcript, after `mark`; the next `paint` draws it.

        Others' text has its mark on every row, so that no row can pass for a cue.
        """
        lines = text.sanitise(words).expandtabs(4).split("\n")
        if len(lines) > _TALLEST_REMARK:
            left_out = len(lines) - _TALLEST_REMARK
            lines = [*lines[:_TALLEST_REMARK], f"… {left_out} more lines"]
        for line in lines:
            self._transcript.append((style, mark, line))
        self._undrawn += len(lines)

    def paint(self, face: Face) -> None:
        """Draw the new lines of the transcript, and the face below them."""
        up = f"\x1b[{self._cursor_row}A" if self._cursor_row else ""
        self._draw(f"{_HIDE}{up}{_ERASE_BELOW}", face)

    def repaint(self, face: Face) -> None:
        """Draw the whole screen again, after a change of the terminal's size."""
        self._undrawn = len(self._transcript)
        self._draw(f"{_HIDE}{_FORGET_ALL}", face)

    def _draw(self, beginning: str, face: Face) -> None:
        columns, height = self._size()
        new = list(self._transcript)[-self._undrawn :] if self._undrawn else []
        self._undrawn = 0
        said = [
            f"{style}{row}{_RESET}\r\n"
            for style, mark, line in new
            for row in _remark(mark, line, columns)
        ]
        rows, cursor = layout(face, columns, height)
        drawn = [f"{style}{cells.clip(row, columns)}{_RESET}" for style, row in rows]
        self._cursor_row, column = cursor
        up = len(rows) - 1 - self._cursor_row
        self._write(
            "".join(
                (
                    beginning,
                    *said,
                    _NO_WRAP,
                    "\r\n".join(drawn),
                    _WRAP,
                    f"\x1b[{up}A" if up else "",
                    f"\r\x1b[{column}C",
                    _SHOW,
                )
            )
        )


def layout(face: Face, columns: int, height: int) -> tuple[list[Row], tuple[int, int]]:
    """The rows of a face, and the cursor's row and column in them."""
    rule = (DIM, "─" * columns)
    if face.question:
        body, hint = _question(face.question), (DIM, _ANSWER_HINT)
        cursor = (1, 2)
    else:
        body = _composer(face.draft, columns, max(1, min(_TALLEST_DRAFT, height // 2)))
        hint = (DIM, f"  {face.queued} queued" if face.queued else _HINT)
        cursor = (len(body) - 1, cells.span(body[-1][1]))
    above = [(WORKING, f"✻ {face.working}…"), (PLAIN, "")] if face.working else []
    if len(above) + len(body) + _FRAME > height:
        rows, before = [*above[:1], *body], len(above[:1])
    else:
        rows, before = [*above, rule, *body, rule, hint], len(above) + 1
    return rows, (cursor[0] + before, min(cursor[1], columns - 1))


def _remark(mark: str, line: str, columns: int) -> list[str]:
    first, *rest = cells.rows(line, max(1, columns - cells.span(mark)))
    again = " " * len(mark) if mark in _OURS else mark
    return [mark + first, *(again + row for row in rest)]


def _composer(draft: str, columns: int, tallest: int) -> list[Row]:
    lines = text.sanitise(draft).expandtabs(4).split("\n")[-tallest:]
    folded = [row for line in lines for row in cells.rows(line, max(1, columns - 3))]
    shown = folded[-tallest:]
    return [
        (PLAIN, (_GLYPH if number == 0 else "  ") + row)
        for number, row in enumerate(shown)
    ]


def _question(question: Ask) -> list[Row]:
    options: Sequence[str] = [
        f"{number}. {option}" for number, option in enumerate(question.options, 1)
    ]
    return [
        (BOLD, f"  {question.question}"),
        (ACCENT, f"{_GLYPH}{options[0]}"),
        *((PLAIN, f"  {option}") for option in options[1:]),
    ]
