"""Match a coding agent's cues against the last lines of its screen."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.memo import expression as compiled
from cafleet_core.panes.reading import box
from cafleet_core.panes.reading.box import Box, Cursor, meets, unstyled
from cafleet_core.states import BoxSight, PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.agents.cues import Cues

LOOKED_AT = 20
"""Non-blank lines at the end of a screen that may hold a cue; what is above is history."""

_UNITS = (("hours", 3600), ("minutes", 60), ("seconds", 1))

_NOT_IN_FRONT = "its input box is not in front"
_BLANK = "nothing on the screen"
_FRAME = " ─━═▔▀│┃╭╮╰╯┌┐└┘╹-_="
_BELOW = "the cursor is behind it, below the line of rest"
_WITHOUT_A_CUE = "no cue on the screen"


class CueMatch(NamedTuple):
    """A state, the line or title that led to it (or the lack of one), and the cue that matched.

    `lasts` is the number of seconds that the state will last, if the line tells; else 0.
    """

    state: PaneState
    evidence: str
    rule: str
    box: Box
    lasts: float = 0.0


class Trial(NamedTuple):
    """One cue, the state that it stands for, and the line that it matched, if any."""

    state: PaneState
    rule: str
    line: str | None


def read(screen: str, title: str, cues: Cues, cursor: Cursor | None = None) -> CueMatch:
    """The state that a screen shows by an agent's cues: a question beats work, work beats rest.

    A question above the input box is quoted text. If the agent has a cue for its input box,
    only that shows that it is at rest.
    """
    lines = unstyled(screen)
    seen = box.find(lines, title, cues, cursor)
    for trial in trials(lines, title, cues, seen, cursor):
        if trial.line is not None:
            lasts = _lasts(trial) if trial.state == PaneState.LIMIT else 0.0
            evidence = trial.line or _BLANK
            return CueMatch(trial.state, evidence, trial.rule, seen, lasts)
    if seen.sight == BoxSight.COVERED:
        evidence = seen.mark or _NOT_IN_FRONT
        return CueMatch(PaneState.UNKNOWN, evidence, seen.rule, seen)
    below = "" if cues.has_box else _asked_below(lines, cues, cursor)
    rule = _BELOW if below else ""
    return CueMatch(PaneState.UNKNOWN, below or _WITHOUT_A_CUE, rule, seen)


def trials(
    lines: Sequence[str],
    title: str,
    cues: Cues,
    seen: Box,
    cursor: Cursor | None = None,
) -> Iterator[Trial]:
    """Every cue in order of precedence, with the line that it matched."""
    last = last_lines(lines)
    below = last_lines(lines[seen.first + 1 :]) if seen.end else last
    for state, kind, where in (
        (PaneState.UNKNOWN, "viewer", ["\n".join(filter(None, lines))]),
        (PaneState.WAITING, "title_waiting", [title]),
        (PaneState.WAITING, "waiting", below),
        # one that leaves a blank screen tells it by its title
        (PaneState.SUSPENDED, "suspended", [] if seen.end else last or [title]),
        (PaneState.LIMIT, "limit", last_turn(lines, cues, seen)),
        (PaneState.FAILED, "failed", last_turn(lines, cues, seen)),
        (PaneState.BUSY, "title_busy", [title]),
        (PaneState.BUSY, "busy", last),
    ):
        for pattern in getattr(cues, kind):
            yield Trial(state, f"{kind} {pattern}", _first(pattern, where))
    yield from _of_rest(lines, title, cues, seen, cursor)


def _of_rest(
    lines: Sequence[str], title: str, cues: Cues, seen: Box, cursor: Cursor | None
) -> Iterator[Trial]:
    if seen.sight != BoxSight.UNCUED:
        rows = seen.rows(lines) if seen.sight == BoxSight.SEEN else []
        line = rows[0].strip() if rows else None
        if line is None and seen.sight == BoxSight.SEEN:
            line = lines[seen.first]  # a box of two edges with nothing between them
        for kind in ("composer", "box_end"):
            for pattern in getattr(cues, kind):
                yield Trial(PaneState.IDLE, f"{kind} {pattern}", line)
        return
    at_rest = [] if _asked_below(lines, cues, cursor) else last_lines(lines)
    for kind, where in (("idle", at_rest), ("title_idle", [title])):
        for pattern in getattr(cues, kind):
            yield Trial(PaneState.IDLE, f"{kind} {pattern}", _first(pattern, where))


def _asked_below(lines: Sequence[str], cues: Cues, cursor: Cursor | None) -> str:
    """The words below the last line of rest behind which the cursor stands; empty for none.

    What stands above is then a prompt that was answered, or left for another. The frame of
    an input box is no words.
    """
    rows = [
        row
        for row, line in enumerate(lines)
        if any(meets(pattern, line) for pattern in cues.idle)
    ]
    if cursor is None or not cursor.shown or not rows:
        return ""
    if not rows[-1] < cursor.row < len(lines):
        return ""
    return lines[cursor.row][: cursor.column].strip(_FRAME)


def last_lines(lines: Sequence[str]) -> list[str]:
    """The last non-blank lines, which may hold a cue."""
    return [line for line in lines if line][-LOOKED_AT:]


def last_turn(lines: Sequence[str], cues: Cues, seen: Box) -> Sequence[str]:
    """The lines from the last submitted prompt on, if it shows; else all.

    Empty without an input box: then the screen shows no turn.
    """
    if cues.has_box and not seen.end:
        return []
    above = lines[: seen.first] if seen.end else lines
    starts = [
        number
        for number, line in enumerate(above)
        if any(meets(pattern, line) for pattern in cues.prompt)
    ]
    return lines[starts[-1] :] if starts else lines


def _lasts(trial: Trial) -> float:
    """The seconds in the groups `hours`, `minutes` and `seconds` of a cue's match."""
    match = meets(trial.rule.partition(" ")[2], trial.line or "")
    units = match.groupdict() if match else {}
    return float(sum(size * int(units.get(unit) or 0) for unit, size in _UNITS))


def _first(pattern: str, texts: Sequence[str]) -> str | None:
    for text in texts:
        if "\n" not in text and meets(pattern, text):
            return text.strip()
        if matches := [*compiled(pattern).finditer(text)]:
            end = text.find("\n", matches[-1].end())
            shown = text[: end if end >= 0 else len(text)].split("\n")
            return shown[-1].strip()
    return None
