"""Templates of messages, and the places in them that are to be filled in."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

_PLACE = re.compile(r"\{[^{}\n]{1,60}\}")
"""Words in braces: a name for what is to stand there."""


class Template(NamedTuple):
    """A text by the name of its file."""

    name: str
    text: str


class Span(NamedTuple):
    """A part of a text, by the offsets of its beginning and of its end."""

    start: int
    end: int


def places(text: str) -> frozenset[str]:
    """What is to be filled in, as it stands in the text."""
    return frozenset(_PLACE.findall(text))


def nearest(
    text: str, wanted: Collection[str], offset: int, step: int = 1
) -> Span | None:
    """The next one of the wanted places from `offset` on, or the last before it; None for none.

    After the last one comes the first one.
    """
    there = [
        Span(*match.span()) for match in _PLACE.finditer(text) if match[0] in wanted
    ]
    if not there:
        return None
    if step > 0:
        return next((span for span in there if span.start >= offset), there[0])
    return next((span for span in there[::-1] if span.end <= offset), there[-1])
