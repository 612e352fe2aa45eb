"""Find the words of a search in a text, as the registry's full-text index does.

Used for every message that is shown or arrives during a search, where a query of the index
would cost more.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.search import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Sought = tuple[re.Pattern[str], ...]
"""A pattern for each word, to be matched in folded text."""

_TOKEN = re.compile(rf"{UNSPACED}|(?:(?!{UNSPACED})[^\W_])+")
_BEGINS = rf"(?:(?<![^\W_])|(?<={UNSPACED}))"
_ENDS = rf"(?:(?![^\W_])|(?={UNSPACED}))"


@lru_cache(maxsize=8)
def sought(words: str) -> Sought:
    """The patterns of `words`, without case or accents; signs are ignored."""
    patterns = (_pattern(_TOKEN.findall(_folded(word))) for word in words.split())
    return tuple(re.compile(pattern) for pattern in patterns if pattern)


def holds(text: str, words: str) -> bool:
    """Whether a text holds all of `words`, each by its beginning at least."""
    wanted = sought(words)
    folded = _folded(text)
    held = all(pattern.search(folded) for pattern in wanted)
    return held and (bool(wanted) or not words.strip())


def split(text: str, words: str) -> Iterator[tuple[str, bool]]:
    """Split a text into pieces, each with whether it is one of `words`; at least one piece."""
    end = 0
    for start, stop in _spans(text, words):
        if start > end:
            yield text[end:start], False
        if stop > end:
            yield text[max(start, end) : stop], True
            end = stop
    if end < len(text) or not text:
        yield text[end:], False


def _spans(text: str, words: str) -> list[tuple[int, int]]:
    folded = _folded(text)
    return sorted(
        match.span() for pattern in sought(words) for match in pattern.finditer(folded)
    )


def _pattern(tokens: Sequence[str]) -> str:
    """A pattern for the tokens of one word, with only signs between them."""
    alone = [re.fullmatch(UNSPACED, token) is not None for token in tokens]
    pattern = "" if not tokens or alone[0] else _BEGINS
    for number, token in enumerate(tokens):
        if number:
            pattern += r"[\W_]*" if alone[number] or alone[number - 1] else r"[\W_]+"
        pattern += re.escape(token)
    return pattern + (_ENDS if any(alone) and not alone[-1] else "")


def _folded(text: str) -> str:
    """A text without case and accents, every character at its old index."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold, text))


def _fold(character: str) -> str:
    plain = unicodedata.normalize("NFD", character)[0].lower()
    return plain if len(plain) == 1 else character
