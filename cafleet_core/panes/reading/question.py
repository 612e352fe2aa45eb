"""The question on a screen, with its options."""

from __future__ import annotations

import re

from cafleet_core.agents import cues as agent_cues
from cafleet_core.agents.cues import Cues
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import cue_match
from cafleet_core.panes.reading.box import unstyled
from cafleet_core.panes.reading.cue_match import LOOKED_AT, last_lines
from cafleet_core.readings import Option, Question
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARKS = "❯›>"
_OPTION = r"^[\s│┃]*([{marks}]?)\s*([1-9])\.\s+(\S.*?)[\s│┃]*$"
_FRAME = re.compile(r"^[\s│┃╭╮╰╯─━═]*$")
_RULE = re.compile(r"^[\s╭╮╰╯]*[─━═▔]{3,}[\s╭╮╰╯]*$")
_EDGES = re.compile(r"^[\s│┃]+|[\s│┃]+$")
_FREE_TEXT = re.compile(r"type something|tell \w+ what|other", re.IGNORECASE)
_ASKED_LINES = 6
_NO_CUES = Cues()


def shown(screen: str, cues: Cues) -> Question | None:
    """The question on a screen, if the agent's own cues agree that it asks one."""
    if cues.waiting and cue_match.read(screen, "", cues).state != PaneState.WAITING:
        return None
    return read(screen, cues)


def wants_enter(screen: str, cues: Cues) -> bool:
    """Whether a digit only marks an option of the question, so that Enter must follow."""
    lines = last_lines(unstyled(screen))
    return any(re.search(cue, line) for cue in cues.confirm for line in lines)


def read(screen: str, cues: Cues = _NO_CUES) -> Question | None:
    """The question at the end of a screen, or None.

    Its options count from 1 without a gap, and one of them is marked as current; or they
    are the agent's own `answers`, which are numbered here. What an agent shows at rest below
    numbered options makes history of them.
    """
    lines = _filled(screen)
    numbering = _numbering(cues)
    start = _numbered_from(lines, numbering)
    if start is None:
        return _unnumbered(lines, cues)
    options, marked = _options(lines[start:], numbering)
    below = lines[_end(lines, start, numbering) :]
    answered = any(re.search(cue, line) for cue in cues.idle for line in below)
    if not marked or answered:
        return _unnumbered(lines, cues)
    return _question(lines, start, options)


def shows(screen: str, cues: Cues = _NO_CUES) -> tuple[str, ...]:
    """The whole lines of the question on a screen and below it, to which its answer is bound."""
    lines = _filled(screen)
    start = _numbered_from(lines, _numbering(cues))
    if start is None:
        start = min((at for at, _ in _answers(lines, cues)), default=None)
    if start is None:
        return ()
    return (*_context(lines[:start]), *lines[start:])


def _question(
    lines: Sequence[str], start: int, options: tuple[Option, ...]
) -> Question:
    return Question(_asked(lines[:start]), options, _context(lines[:start]))


def _unnumbered(lines: Sequence[str], cues: Cues) -> Question | None:
    """The question whose options are answers of the agent's own, or None."""
    shown = list(_answers(lines, cues))
    if not shown:
        return None
    options = tuple(
        Option(number, answer.words, free_text=False, key=answer.key)
        for number, (_, answer) in enumerate(shown, 1)
    )
    return _question(lines, min(at for at, _ in shown), options)


def _answers(
    lines: Sequence[str], cues: Cues
) -> Iterator[tuple[int, agent_cues.Answer]]:
    """The agent's own answers that show, each with the number of its line."""
    last = list(enumerate(lines))[-LOOKED_AT:]
    for answer in map(agent_cues.answer, cues.answers):
        at = next(
            (n for n, row in reversed(last) if re.search(answer.shows, row)), None
        )
        if at is not None:
            yield at, answer


def _numbering(cues: Cues) -> re.Pattern[str]:
    """The expression for a numbered option, which an agent's own signs may mark, too."""
    return re.compile(_OPTION.format(marks=re.escape(_MARKS + "".join(cues.marks))))


def _filled(screen: str) -> list[str]:
    return [line for line in unstyled(screen) if line]


def _numbered_from(lines: Sequence[str], numbering: re.Pattern[str]) -> int | None:
    """The line of the first option of the last numbered question on these lines."""
    for number, line in reversed(list(enumerate(lines))[-LOOKED_AT:]):
        option = numbering.match(line)
        if option is not None and option[2] == "1":
            return number
    return None


def _context(above: Sequence[str]) -> tuple[str, ...]:
    """The lines above the options that are the question's: from its upper edge on.

    A question without an edge may begin anywhere; then they are all of them.
    """
    edges = [number for number, line in enumerate(above) if _RULE.match(line)]
    return tuple(above[edges[-1] + 1 :] if edges else above)


def _end(lines: Sequence[str], start: int, numbering: re.Pattern[str]) -> int:
    """The index of the first line below the options."""
    numbered = [i for i in range(start, len(lines)) if numbering.match(lines[i])]
    return numbered[-1] + 1


def _options(
    lines: Sequence[str], numbering: re.Pattern[str]
) -> tuple[tuple[Option, ...], bool]:
    options: list[Option] = []
    marked = False
    for option in filter(None, map(numbering.match, lines)):
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
