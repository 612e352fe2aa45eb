"""The scenes' agents with their ids, and stamps relative to the scenes' time."""

from __future__ import annotations

from datetime import timedelta

from cafleet_core import clock
from screenshots.still_time import NOW

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
"""Seconds since the planner and the translator were deregistered."""


def ago(seconds: float) -> str:
    """The stamp of `seconds` before the scenes' time."""
    return clock.stamp(NOW - timedelta(seconds=seconds))


def an_id(number: int) -> str:
    """A readable id with this number."""
    return f"{number * 0x1234567 % 0xFFFFFFFF:08x}-0000-4000-8000-{number:012d}"


def id_of(name: str) -> str:
    """The id of an agent by its name."""
    return an_id(NUMBERS[name])
