"""Step through sent texts: back to older ones, forward to newer ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby


class Recall:
    """A position in the sent texts, which are in the order of sending."""

    def __init__(self) -> None:
        self._texts: tuple[str, ...] = ()
        self._back = 0

    def know(self, texts: Sequence[str]) -> None:
        """Set the sent texts; consecutive duplicates count once."""
        self._texts = tuple(text for text, _ in groupby(texts))

    def begin(self) -> None:
        """Reset the position: the next step back leads to the newest text."""
        self._back = 0

    def step(self, back: int) -> str | None:
        """The text one step back or, for -1, forward; "" after the newest, None at either end."""
        wanted = self._back + back
        if not 0 <= wanted <= len(self._texts):
            return None
        self._back = wanted
        return self._texts[-wanted] if wanted else ""
