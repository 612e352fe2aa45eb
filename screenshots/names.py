"""Who is in the scenes, by number, and when things happened in them."""

from __future__ import annotations

from datetime import timedelta

from cafleet_core import clock
from screenshots.still import NOW

NUMBERS = {
    "Director": 2,
    "Administrator": 3,
    "reviewer": 4,
    "drafter": 5,
    "tester": 6,
    "scout": 7,
    "linter": 8,
    "planner": 20,
    "translator": 21,
}

DEREGISTERED = 800.0
"""For how many seconds the planner and the translator have been deregistered."""


def ago(seconds: float) -> str:
    """The stamp of a moment before the scenes' own."""
    return clock.stamp(NOW - timedelta(seconds=seconds))


def an_id(number: int) -> str:
    """A readable id."""
    return f"{number * 0x1234567 % 0xFFFFFFFF:08x}-0000-4000-8000-{number:012d}"


def id_of(name: str) -> str:
    """The id of one of the team."""
    return an_id(NUMBERS[name])
