"""A message's text in the timeline: Markdown that does nothing, folded where it is long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from cafleet_core.broker.messages.word_match import split
from cafleet_core.states import TaskState
from cafleet_core.views import Entry
from cafleet_tui.render import markdown
from cafleet_tui.render.recipient_chips import Part, Row
from cafleet_tui.render.wrap import ELLIPSIS, clip

FOLDED_ROWS = 8
"""Rows of a folded text; one row more is shown rather than said to be left out."""

UNFOLDED_ROWS = 400

_CHARACTERS = {False: 4_000, True: 40_000}
"""Characters of a folded text, and of an unfolded one, that are read at most."""


def rows(entry: Entry, room: int, unfolded: bool, sought: str) -> list[Row]:
    """The rows of the text in `room` cells, and one that says what is left out."""
    most = UNFOLDED_ROWS if unfolded else FOLDED_ROWS
    taken = entry.text[: _CHARACTERS[unfolded]]
    rest = len(entry.text) - len(taken)
    drawn = list(islice(markdown.rows(taken, room), most + 2))
    if rest or len(drawn) > most + 1:
        count = _estimate(entry.text, room) - most
        drawn = [*drawn[:most], [(clip(_more(count, unfolded), room), "muted")]]
        return [*_painted(drawn[:-1], entry, sought), drawn[-1]]
    return list(_painted(drawn, entry, sought))


def gist(entry: Entry) -> str:
    """The first line of a text that has words."""
    for line in markdown.lines(entry.text[:500]):
        words = "".join(text for text, _ in line.parts).strip()
        if words:
            return words
    return ""


def _estimate(text: str, room: int) -> int:
    """An estimate of the rows of a text, without wrapping it."""
    return max(text.count("\n") + 1, -(-len(text) // room))


def _more(count: int, unfolded: bool) -> str:
    how = "Enter shows all" if unfolded else "o unfolds"
    return f"{ELLIPSIS} ~{max(count, 1):,} more lines · {how}"


def _painted(
    drawn: Iterable[Sequence[Part]], entry: Entry, sought: str
) -> Iterable[Row]:
    """The rows, with the words that are sought marked; all struck if it was taken back."""
    struck = is_canceled(entry)
    for row in drawn:
        parts = [(text, "struck" if struck else style) for text, style in row]
        yield list(_marked(parts, sought)) if sought else parts


def _marked(parts: Sequence[Part], sought: str) -> Iterable[Part]:
    """The parts of a row, cut where a sought word begins and ends."""
    text, at = "".join(part for part, _ in parts), 0
    hits = []
    for piece, hit in split(text, sought):
        hits.append((at, at + len(piece), hit))
        at += len(piece)
    at = 0
    for part, style in parts:
        for start, end, hit in hits:
            piece = part[max(0, start - at) : max(0, end - at)]
            if piece:
                yield piece, "sought" if hit else style
        at += len(part)


def is_canceled(entry: Entry) -> bool:
    """Whether a message was taken back from everybody."""
    return bool(entry.deliveries) and all(
        delivery.state == TaskState.CANCELED for delivery in entry.deliveries
    )
