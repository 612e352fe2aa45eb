"""How much room the timeline gives each message."""

from __future__ import annotations

from enum import StrEnum


class Density(StrEnum):
    """ROOMY: a row between messages; DENSE: none, and a short text beside its sender.

    LINES: one row for each message but the selected one.
    """

    ROOMY = "roomy"
    DENSE = "dense"
    LINES = "lines"

    @property
    def next(self) -> Density:
        """The one that the key changes to."""
        every = list(Density)
        return every[(every.index(self) + 1) % len(every)]
