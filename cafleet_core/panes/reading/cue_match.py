"""Reading a screen: the cues of a coding agent on its last lines, as a match."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from cafleet_core.agents.cues import Cues
from cafleet_core.states import PaneState

LOOKED_AT = 20
"""Non-blank lines at the end of a screen that may hold a cue; what is above is history."""

_STYLING = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9])"


class CueMatch(NamedTuple):
    """A state, the line, title or lack of either that led to it, and the cue that it met."""

    state: PaneState
    evidence: str
    rule: str = ""


def read(screen: str, title: str, cues: Cues) -> CueMatch:
    """What the screen of an agent with these cues shows: a question beats work beats rest.

    A question above the input box is one that a text quotes; a viewer covers everything.
    """
    everything = [line for line in unstyled(screen) if line]
    lines = everything[-LOOKED_AT:]
    for state, kind, where in (
        (PaneState.DRAFT, "viewer", ["\n".join(everything)]),
        (PaneState.WAITING, "title_waiting", [title]),
        (PaneState.WAITING, "waiting", _below_composer(everything, cues)[-LOOKED_AT:]),
        (PaneState.BUSY, "title_busy", [title]),
        (PaneState.BUSY, "busy", lines),
        (PaneState.IDLE, "composer", ["\n".join(everything)]),
        (PaneState.IDLE, "idle", lines),
    ):
        for pattern in getattr(cues, kind):
            line = _first(pattern, where)
            if line is not None:
                return CueMatch(state, line, f"{kind} {pattern}")
    return CueMatch(PaneState.UNKNOWN, "no cue on the screen")


def composer_row(lines: Sequence[str], cues: Cues) -> int | None:
    """Which of these lines begins the input box; None where none of them certainly does."""
    text = "\n".join(lines)
    ends = [
        match.end()
        for pattern in map(_compiled, cues.composer)
        for match in pattern.finditer(text)
    ]
    return text.count("\n", 0, max(ends)) if ends else None


def unstyled(screen: str) -> list[str]:
    """The lines of a capture without styles, no-break spaces as spaces, nothing at the end."""
    styled = "\x1b" in screen
    plain = re.sub(_STYLING, "", screen) if styled else screen
    plain = plain.replace("\xa0", " ")
    return [line.rstrip() for line in plain.splitlines()]


def last_lines(screen: str) -> list[str]:
    """The last non-blank lines of a capture, unstyled: those in which a cue may stand."""
    return [line for line in unstyled(screen) if line][-LOOKED_AT:]


def _below_composer(lines: Sequence[str], cues: Cues) -> Sequence[str]:
    row = composer_row(lines, cues)
    return lines if row is None else lines[row + 1 :]


def _first(pattern: str, texts: Sequence[str]) -> str | None:
    for text in texts:
        if matches := [*_compiled(pattern).finditer(text)]:
            end = text.find("\n", matches[-1].end())
            lines = text[: end if end >= 0 else len(text)].split("\n")
            return lines[-1].strip()
    return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)
