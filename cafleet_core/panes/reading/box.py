"""An agent's own input box on its screen: where it is, and whether it takes the keys."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.memo import expression as compiled
from cafleet_core.states import BoxSight

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from cafleet_core.agents.cues import Cues

_STYLING = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9])"
_RULE = r"^[\s╹╰]*[─━═▔▀▄]{3}"
_FOCUS_OF_CARET = "caret"


class Cursor(NamedTuple):
    """The row of the cursor from the top, whether it is shown, and its column from the left."""

    row: int
    shown: bool
    column: int = 0


class Box(NamedTuple):
    """Whether the input box is in front, its first row and the row after its last.

    Without rows if there is none. `mark` is the line that shows it to be covered, and
    `rule` the cue that this line matched. `edges` are the cues of the lines that frame it.
    """

    sight: BoxSight
    first: int = 0
    end: int = 0
    mark: str = ""
    rule: str = ""
    edges: tuple[str, ...] = ()

    def rows(self, lines: Sequence[str]) -> list[str]:
        """The lines in the box, without the rules that frame it."""
        return [lines[number] for number in self.inside(lines)]

    def inside(self, lines: Sequence[str]) -> list[int]:
        """The numbers of these lines."""
        return [
            self.first + number
            for number, line in enumerate(lines[self.first : self.end])
            if not compiled(_RULE).match(line) and not _is_any(self.edges, line)
        ]


def unstyled(screen: str) -> list[str]:
    """The lines of a capture without styles and trailing blanks, no-break spaces as spaces."""
    plain = compiled(_STYLING).sub("", screen) if "\x1b" in screen else screen
    lines = [line.rstrip() for line in plain.replace("\xa0", " ").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def find(
    lines: Sequence[str], title: str, cues: Cues, cursor: Cursor | None = None
) -> Box:
    """The input box on these lines of `unstyled`; without a cue for it, none is known.

    Without a `cursor`, the cue for the cursor is not checked.
    """
    if not cues.has_box:
        return Box(BoxSight.UNCUED)
    rows = _rows(lines, cues)
    if rows is None:
        mark, rule = _mark([*lines, title], cues)
        return Box(BoxSight.COVERED, mark=mark, rule=rule)
    mark, rule = _mark([*lines[rows[0] :], title], cues)
    if not mark and not _has_focus(rows, cues, cursor):
        mark, rule = "the cursor is elsewhere", f"focus {_FOCUS_OF_CARET}"
    sight = BoxSight.COVERED if mark else BoxSight.SEEN
    return Box(sight, *rows, mark, rule, (*cues.box_begin, *cues.box_end))


def _rows(lines: Sequence[str], cues: Cues) -> tuple[int, int] | None:
    """The rows of the last box: one above it is quoted text."""
    boxes = [*_matches("\n".join(lines), cues), *_framed(lines, cues)]
    return max(boxes, key=lambda rows: rows[0], default=None)


def _matches(text: str, cues: Cues) -> Iterator[tuple[int, int]]:
    for pattern in cues.composer:
        for match in compiled(pattern).finditer(text):
            first, last = match.span()
            yield text.count("\n", 0, first), text.count("\n", 0, last) + 1


def _framed(lines: Sequence[str], cues: Cues) -> Iterator[tuple[int, int]]:
    """The rows of the last two edges and what is between them, if that begins with the glyph."""
    numbered = list(enumerate(lines))
    end = _last(cues.box_end, numbered)
    begin = end and _last(cues.box_begin, numbered[:end])
    if not end or begin is None:
        return
    inside = lines[begin + 1 : end]
    if not cues.glyph or (inside and _is_any(cues.glyph, inside[0])):
        yield begin, end + 1


def _last(patterns: Sequence[str], numbered: Sequence[tuple[int, str]]) -> int | None:
    """The number of the last line that meets one of these patterns."""
    return next((n for n, line in reversed(numbered) if _is_any(patterns, line)), None)


def _is_any(patterns: Sequence[str], line: str) -> bool:
    return any(meets(pattern, line) for pattern in patterns)


def _mark(texts: Sequence[str], cues: Cues) -> tuple[str, str]:
    for pattern in cues.covered:
        for text in texts:
            if compiled(pattern).search(text):
                return text.strip(), f"covered {pattern}"
    return "", ""


def _has_focus(rows: tuple[int, int], cues: Cues, cursor: Cursor | None) -> bool:
    if cursor is None or _FOCUS_OF_CARET not in cues.focus:
        return True
    return cursor.shown and rows[0] <= cursor.row < rows[1]


def meets(pattern: str, line: str) -> re.Match[str] | None:
    """The match of a cue with a line, with or without the blank after a prompt."""
    return compiled(pattern).search(line) or compiled(pattern).search(f"{line} ")
