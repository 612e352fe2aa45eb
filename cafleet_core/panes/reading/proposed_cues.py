"""Propose cues by recorded screens: the edges of the input box, and what tells each state."""

from __future__ import annotations

import re

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.box import unstyled
from cafleet_core.panes.reading.cue_match import last_lines
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.agents.recordings import Recording

_EDGE = re.compile(r"^\s*[╭┌╰└╹]?([─━═▄▀_])\1{8,}[╮┐╯┘]?\s*$")
_GLYPH = re.compile(r"^(\s*[│┃]?\s*[^\w\s]) ")
_MOVES = re.compile(r"[\u2800-\u28ff]|\d+")
"""Spinners and numbers, which are others in the next moment."""

_TELLING = (PaneState.WAITING, PaneState.BUSY, PaneState.LIMIT, PaneState.FAILED)
_MOST = 3
"""Lines proposed for a state."""


def proposed(recordings: Sequence[Recording]) -> dict[str, list[str]]:
    """Cues for these recordings, by their kind; none for what they do not show.

    A state is told by the last lines that all its screens have and no screen of another
    state. A human has to look at each of them.
    """
    cues: dict[str, list[str]] = {}
    for recording in recordings:
        if recording.state == PaneState.IDLE and (box := _box(recording)):
            cues |= box
    for state in _TELLING:
        if lines := list(_only_in(state, recordings))[-_MOST:]:
            cues[str(state)] = lines
    return cues


def _box(recording: Recording) -> dict[str, list[str]]:
    """The edges of the last box on a screen at rest, and the sign in its first row."""
    lines = unstyled(recording.screen)
    edges = [number for number, line in enumerate(lines) if _EDGE.match(line)]
    if len(edges) < 2:
        return {}
    begin, end = edges[-2:]
    box = {"box_begin": [_edge(lines[begin])], "box_end": [_edge(lines[end])]}
    glyph = _GLYPH.match(f"{lines[begin + 1]} ") if end - begin > 1 else None
    return {**box, "glyph": [f"^{_escaped(glyph[0])}"]} if glyph else box


def _edge(line: str) -> str:
    edge = _EDGE.match(line)
    assert edge is not None  # noqa: S101  # it was found so
    before, _, after = line.partition(edge[1] * 9)
    return (
        f"^{_escaped(before)}{re.escape(edge[1])}{{9,}}{_escaped(after.strip(edge[1]))}"
    )


def _only_in(state: PaneState, recordings: Sequence[Recording]) -> Iterator[str]:
    """The patterns of the lines that all screens of a state have, and no other."""
    ours = [_patterns(each) for each in recordings if each.state == state]
    others = {
        pattern
        for each in recordings
        if each.state != state
        for pattern in _patterns(each)
    }
    for pattern in ours[0] if ours else ():
        if pattern not in others and all(pattern in each for each in ours):
            yield pattern


def _patterns(recording: Recording) -> list[str]:
    """The last lines of a screen as expressions that allow for what moves in them."""
    lines = last_lines(unstyled(recording.screen))
    return [_escaped(line) for line in lines if any(map(str.isalpha, line))]


def _escaped(line: str) -> str:
    pieces, at = [], 0
    for moves in _MOVES.finditer(line):
        pieces.append(re.escape(line[at : moves.start()]))
        pieces.append(r"\d+" if moves[0].isdecimal() else ".")
        at = moves.end()
    pattern = "".join((*pieces, re.escape(line[at:])))
    return pattern.replace(r"\ ", " ")
