"""Reading a screen: the cues of a coding agent on its last lines, as a verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from cafleet_core.agents.cues import Cues

IDLE = "idle"
BUSY = "busy"
WAITING = "waiting"
UNKNOWN = "unknown"
DRAFT = "draft"

_LOOKED_AT = 20
"""Non-blank lines at the end of a screen that may hold a cue; what is above is history."""

_STYLING = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9])"
)


class Verdict(NamedTuple):
    """A state and the line, title or lack of either that led to it."""

    state: str
    evidence: str


def read(screen: str, title: str, cues: Cues) -> Verdict:
    """What the screen of an agent with these cues shows: a question beats work beats rest."""
    lines = last_lines(screen)
    for state, patterns, where in (
        (WAITING, cues.title_waiting, [title]),
        (WAITING, cues.waiting, lines),
        (BUSY, cues.title_busy, [title]),
        (BUSY, cues.busy, lines),
        (IDLE, cues.idle, lines),
    ):
        found = _first(patterns, where)
        if found is not None:
            return Verdict(state, found)
    return Verdict(UNKNOWN, "no cue on the screen")


def last_lines(screen: str) -> list[str]:
    """The last non-blank lines of a capture, unstyled, with no-break spaces as spaces."""
    plain = _STYLING.sub("", screen).replace("\xa0", " ")
    return [line.rstrip() for line in plain.splitlines() if line.strip()][-_LOOKED_AT:]


def _first(patterns: Sequence[str], lines: Sequence[str]) -> str | None:
    for pattern in map(_compiled, patterns):
        for line in lines:
            if pattern.search(line):
                return line.strip()
    return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
