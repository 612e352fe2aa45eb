"""The known word that a misspelt one probably means, for refusals."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLOSE = 0.7
_LONGEST = 80


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` that is spelt most like `word`; None if none is close."""
    from difflib import get_close_matches  # only after a misspelling

    spelt = {word.casefold(): word for word in known}
    close = get_close_matches(word.casefold()[:_LONGEST], spelt, n=1, cutoff=_CLOSE)
    return spelt[close[0]] if close else None
