"""Make others' text safe to draw: no control characters, and of a predictable width."""

from __future__ import annotations

from cafleet_core import text

_JOINING = str.maketrans(
    "",
    "",
    "\ufe0e\ufe0f\u200b\u200c\u200d\u2060\ufeff"  # variants, joiners, spaces of no width
    "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff",  # skin tones
)
"""Characters that join others to one glyph, or make an emoji of two cells, in some terminals
only; a line cut within such a group changes its width."""


def sanitised(words: str) -> str:
    """Text of several lines without control characters and joining characters."""
    return text.sanitise(words).translate(_JOINING)


def label(words: str) -> str:
    """Text on one line, line ends replaced by spaces; runs of space collapse."""
    return text.label(words).translate(_JOINING)


def one_line(words: str) -> str:
    """Text on one line, with a mark for each line end."""
    return text.one_line(words).translate(_JOINING)
