"""Quote text for tmux commands by an allow-list: nothing in it can mean anything to tmux."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:()[]|*+?-_/=&"
)
"""ASCII characters without a meaning to tmux between double quotes."""

_ESCAPES = {code: f"\\{code:03o}" for code in range(128) if chr(code) not in _BARE}
"""The octal escape of every other character, by its code."""


def quote(words: str) -> str:
    """`words` as one tmux token: non-ASCII and a few ASCII characters as they are.

    Every other character becomes an octal escape, so no text can end the token or mean
    anything.
    """
    return f'"{words.translate(_ESCAPES)}"'


def command(words: Iterable[str]) -> str:
    """A tmux command with its arguments as one text, as `if-shell` takes it."""
    return " ".join(map(quote, words))
