"""The draft in an agent's input box."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import expression as compiled
from cafleet_core.panes.reading.box import Box, meets, unstyled
from cafleet_core.panes.reading.cue_match import LOOKED_AT

if TYPE_CHECKING:
    from cafleet_core.agents.cues import Cues

_SUGGESTION = (
    r"(?:\x1b\[7m(?:\x1b\[\d+m)*.(?=\x1b\[0;2m))?"  # the cursor stands on its first letter
    r"\x1b\[(?:[01];)*2m.*?(?=\x1b\[(?:0|22)?[;m]|$)"
)
_IN_STYLE = (
    r"(?:\x1b\[[47]m(?:\x1b\[[\d;]+m)*.\x1b\[0?m(?:\x1b\[[\d;]+m)*?)?"
    r"{style}.*?(?=\x1b\[(?:0|39|38;[\d;]+|3[0-7]|9[0-7])?m|$)"
)
"""A suggestion that begins with this SGR sequence; the cursor may stand on its first letter."""

_GLYPH = r"^[\s│┃]*[❯›▌┃>]?"
_SIDES = r"^[\s│┃]+|[\s│┃▋]+$"  # some draw their cursor as a block


def draft(screen: str, cues: Cues, seen: Box) -> str:
    """The text typed where an agent takes input, on one line; a suggestion is no draft.

    Suggestions are dim, or in a style of the agent's own. `screen` is a capture with its
    colours, `seen` the input box on it.
    """
    bare = screen
    for suggestion in (_SUGGESTION, *map(_in_style, cues.suggestion_style)):
        bare = compiled(suggestion).sub("", bare)
    lines, typed = unstyled(screen), unstyled(bare)
    # an edge of the box may be dim, too
    numbers = seen.inside(lines) if seen.end else _row_at_rest(lines, cues)
    rows = [typed[number] for number in numbers if number < len(typed)]
    for glyph in cues.glyph or (_GLYPH,):
        rows[:1] = [compiled(glyph).sub("", f"{row} ") for row in rows[:1]]
    words = (compiled(_SIDES).sub("", row) for row in rows)
    return " ".join(line for line in words if line and not _is_furniture(line, cues))


def _row_at_rest(lines: list[str], cues: Cues) -> list[int]:
    """The last line that shows rest, if any, for an agent without a cue for its box."""
    filled = [number for number, line in enumerate(lines) if line][-LOOKED_AT:]
    return [
        number
        for number in filled
        if any(meets(pattern, lines[number]) for pattern in cues.idle)
    ][-1:]


def _in_style(parameters: str) -> str:
    """The expression for a suggestion in a style that is given by its SGR parameters."""
    return _IN_STYLE.format(style=rf"\x1b\[(?:[\d;]*;)?{parameters}m")


def _is_furniture(line: str, cues: Cues) -> bool:
    return any(compiled(pattern).search(line) for pattern in cues.furniture)
