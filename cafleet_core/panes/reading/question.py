"""The question on a screen, with its numbered options."""

from __future__ import annotations

import re

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import cue_match
from cafleet_core.panes.reading.box import unstyled
from cafleet_core.panes.reading.cue_match import LOOKED_AT, last_lines
from cafleet_core.readings import Option, Question
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.agents.cues import Cues

_OPTION = re.compile(r"^[\s│┃]*([❯›>]?)\s*([1-9])\.\s+(\S.*?)[\s│┃]*$")
_FRAME = re.compile(r"^[\s│┃╭╮╰╯─━═]*$")
_RULE = re.compile(r"^[\s╭╮╰╯]*[─━═▔]{3,}[\s╭╮╰╯]*$")
_EDGES = re.compile(r"^[\s│┃]+|[\s│┃]+$")
_FREE_TEXT = re.compile(r"type something|tell \w+ what|other", re.IGNORECASE)
_ASKED_LINES = 6


def shown(screen: str, cues: Cues) -> Question | None:
    """The question on a screen, if the agent's own cues agree that it asks one."""
    if cues.waiting and cue_match.read(screen, "", cues).state != PaneState.WAITING:
        return None
    return read(screen, cues.idle)


def wants_enter(screen: str, cues: Cues) -> bool:
    """Whether a digit only marks an option of the question, so that Enter must follow."""
    lines = last_lines(unstyled(screen))
    return any(re.search(cue, line) for cue in cues.confirm for line in lines)


def read(screen: str, at_rest: Sequence[str] = ()) -> Question | None:
    """The numbered question at the end of a screen, or None.

    Its options count from 1 without a gap, and one of them is marked as current. If a line
    below it matches one of the patterns `at_rest`, it is history.
    """
    lines = _filled(screen)
    start = _start(lines)
    if start is None:
        return None
    options, marked = _options(lines[start:])
    below = lines[_end(lines, start) :]
    answered = any(re.search(cue, line) for cue in at_rest for line in below)
    if not marked or answered:
        return None
    return Question(_asked(lines[:start]), options, _context(lines[:start]))


def shows(screen: str) -> tuple[str, ...]:
    """The whole lines of the question on a screen and below it, to which its answer is bound."""
    lines = _filled(screen)
    start = _start(lines)
    if start is None:
        return ()
    return (*_context(lines[:start]), *lines[start:])


def _filled(screen: str) -> list[str]:
    return [line for line in unstyled(screen) if line]


def _start(lines: Sequence[str]) -> int | None:
    """The line of the first option of the last question on these lines."""
    numbered = list(enumerate(lines))[-LOOKED_AT:]
    return next((number for number, line in reversed(numbered) if _first(line)), None)


def _context(above: Sequence[str]) -> tuple[str, ...]:
    """The lines above the options that are the question's: from its upper edge on.

    A question without an edge may begin anywhere; then they are all of them.
    """
    edges = [number for number, line in enumerate(above) if _RULE.match(line)]
    return tuple(above[edges[-1] + 1 :] if edges else above)


def _end(lines: Sequence[str], start: int) -> int:
    """The index of the first line below the options."""
    numbered = [i for i in range(start, len(lines)) if _OPTION.match(lines[i])]
    return numbered[-1] + 1


def _first(line: str) -> bool:
    option = _OPTION.match(line)
    return option is not None and option[2] == "1"


def _options(lines: Sequence[str]) -> tuple[tuple[Option, ...], bool]:
    options: list[Option] = []
    marked = False
    for option in filter(None, map(_OPTION.match, lines)):
        if int(option[2]) != len(options) + 1:
            break
        marked = marked or bool(option[1])
        words = option[3]
        options.append(Option(int(option[2]), words, bool(_FREE_TEXT.search(words))))
    return tuple(options), marked


def _asked(lines: Sequence[str]) -> str:
    asked: list[str] = []
    for line in reversed(lines[-_ASKED_LINES:]):
        if _FRAME.match(line):
            break
        asked.insert(0, _EDGES.sub("", line))
    return "\n".join(asked)
