"""Quote text for tmux commands by an allow-list: nothing in it can mean anything to tmux."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:()[]|*+?-_/=&"
)
"""ASCII characters without a meaning to tmux between double quotes."""


def quote(words: str) -> str:
    """`words` as one tmux token: non-ASCII and a few ASCII characters as they are.

    Every other character becomes an octal escape, so no text can end the token or mean
    anything.
    """
    return (
        '"'
        + "".join(c if c in _BARE or ord(c) > 127 else f"\\{ord(c):03o}" for c in words)
        + '"'
    )


def command(words: Iterable[str]) -> str:
    """A tmux command with its arguments as one text, as `if-shell` takes it."""
    return " ".join(map(quote, words))
