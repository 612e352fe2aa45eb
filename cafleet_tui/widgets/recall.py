"""Walking through what was sent before: older with each step up, newer with each down."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby


class Recall:
    """Remembers how far back the walk is; `texts` are in the order in which they were sent."""

    def __init__(self) -> None:
        self._texts: tuple[str, ...] = ()
        self._back = 0

    def know(self, texts: Sequence[str]) -> None:
        """Take in what was sent; repetitions in a row count once."""
        self._texts = tuple(text for text, _ in groupby(texts))

    def begin(self) -> None:
        """The next step back is to the newest."""
        self._back = 0

    def step(self, back: int) -> str | None:
        """The text one step back or, for -1, forward; "" after the newest, None at the end."""
        wanted = self._back + back
        if not 0 <= wanted <= len(self._texts):
            return None
        self._back = wanted
        return self._texts[-wanted] if wanted else ""
