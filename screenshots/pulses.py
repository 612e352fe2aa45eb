"""The acts of the scenes' team in the last hour."""

from __future__ import annotations

from collections import Counter

from screenshots.still_time import NOW

_MINUTES_AGO = {
    "Director": (58, 57, 51, 44, 43, 30, 29, 25, 25, 18, 17, 15, 9, 6, 6, 3, 2, 1, 0),
    "reviewer": (49, 48, 41, 30, 29, 12, 11, 11, 10, 10, 10, 4, 3, 1),
    "drafter": (55, 53, 52, 40, 39, 30, 27, 22, 20, 20, 20, 15, 11, 10, 6),
    "tester": (27, 25, 21, 16, 9, 8, 8, 7, 7, 5, 5, 4, 4, 3, 3, 3, 2, 2, 1, 1, 0, 0),
    "scout": (57, 50, 46, 28, 24, 24, 23, 18, 2),
    "linter": (45, 44, 38, 29, 28, 26, 13, 9),
}

PULSES = {
    name: dict(Counter(int(NOW.timestamp()) // 60 - ago for ago in agos))
    for name, agos in _MINUTES_AGO.items()
}
"""Pulses by the agent's name."""
