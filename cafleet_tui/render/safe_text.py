"""Others' text as the screen can hold it: harmless, and as wide as it is measured."""

from __future__ import annotations

from cafleet_core import text

_JOINING = str.maketrans(
    "",
    "",
    "\ufe0e\ufe0f\u200b\u200c\u200d\u2060\ufeff"  # variants, joiners, spaces of no width
    "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff",  # skin tones
)
"""What makes one sign of two, or a sign of one cell an emoji of two: in some terminals, not
in all, and a line that is cut within such a group has another width than before."""


def sanitised(words: str) -> str:
    """Several lines; nothing in them is obeyed, every sign stands for its own cells."""
    return text.sanitise(words).translate(_JOINING)


def label(words: str) -> str:
    """One line, without a mark for those that were joined; runs of space collapse."""
    return text.label(words).translate(_JOINING)


def one_line(words: str) -> str:
    """One line, with a mark wherever two were joined."""
    return text.one_line(words).translate(_JOINING)
