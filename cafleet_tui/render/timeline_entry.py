"""A timeline entry as rows of text with the names of styles, wrapped to a width."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from cafleet_core.states import SenderProof
from cafleet_core.views import Delivery, Entry
from cafleet_tui.model.density import Density
from cafleet_tui.render import delivery as states
from cafleet_tui.render import enclosures, entry_body, markdown
from cafleet_tui.render.age import clock_time, day
from cafleet_tui.render.recipient_chips import (
    Part,
    Row,
    cells,
    chips,
    details,
    short_name,
)
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import clip, shorten

SENDERS = ("sender-0", "sender-1", "sender-2", "sender-3")
STYLES = (
    *SENDERS,
    "head",
    *(state.word for state in states.STATES),
    "muted",
    "yours",
    "day",
    "mark",
    "sought",
    *markdown.STYLES,
)
"""Every style name that a row may carry; the widget maps each to colours."""

MARKS = {"Director": "★ ", "Administrator": "✎ "}


NOTHING_YET = ("No messages yet", "Write one below: @name text")
NOTHING_FITS = ("No message fits", "Esc shows all again")

_ROOMY = 60
_WIDE_INDENT = 8
_NARROW_INDENT = 2
_SMALLEST_ROOM = 12
_SENDER_LEAVES = 16
_NAMES_TRIED = 30
_STATUS_GAP = 3
_LINE_RECIPIENTS = 20


class Shape(NamedTuple):
    """How an entry is drawn: in so many cells, at rest or selected, folded or not."""

    width: int
    selected: bool = False
    unfolded: bool = False
    density: Density = Density.ROOMY

    @property
    def leads(self) -> int:
        """The rows above an entry."""
        return int(self.density == Density.ROOMY)

    @property
    def in_a_line(self) -> bool:
        """Whether an entry has one row, whatever its text."""
        return self.density == Density.LINES and not self.selected


def height(entry: Entry, shape: Shape) -> int:
    """The number of rows of `entry`: those of `draw`, and one that `lead` draws, if any."""
    if shape.width <= 0 or shape.in_a_line:
        return 1 + shape.leads * (shape.width > 0)
    return 1 + shape.leads + len(_rows(entry, shape)[1])


def lead(day: str, width: int) -> Content:
    """The row above an entry: blank, or a rule with the day that begins there."""
    if not day:
        return Content()
    side = "─" * (max(0, width - cell_len(day) - 4) // 2)
    return Content.styled(f" {side} {day} {side}", "day")


def draw(entry: Entry, shape: Shape, sought: str = "") -> list[Content]:
    """The rows of `entry`, none wider than its `width` unless that is below 20 cells.

    Styles are names of `STYLES`, or that of an address (see `markdown`). A selected entry
    has a bar at its left edge, and shows its id and each delivery's state and time. Words
    that match `sought` are marked.
    """
    edge: Part = ("▌", "mark") if shape.selected else (" ", "")
    margin = " " * (_indent(shape.width) - 1)
    header, below = _rows(entry, shape, sought)
    rows = [[edge, *header], *([edge, (margin, ""), *row] for row in below)]
    return [Content.assemble(*row) for row in rows]


def hint(width: int, lines: int, texts: Sequence[str]) -> list[Content]:
    """The texts of an empty timeline, a row each, in the middle of `lines` rows."""
    above = max(0, (lines - len(texts)) // 2)
    middle = [Content.styled(clip(text, max(3, width)), "muted") for text in texts]
    return [Content()] * above + [text.center(width) for text in middle]


def _indent(width: int) -> int:
    return _WIDE_INDENT if width >= _ROOMY else _NARROW_INDENT


def _room(width: int) -> int:
    return max(width - _indent(width) - 1, _SMALLEST_ROOM)


def _rows(entry: Entry, shape: Shape, sought: str = "") -> tuple[Row, list[Row]]:
    """The header, and the rows below it: body, recipients and outcome.

    The outcome is at the right end of the header, if that has room.
    """
    room = _room(shape.width)
    head_room = max(shape.width - 2, _SMALLEST_ROOM)
    header = _header(entry, head_room, shape)
    outcome = _clipped(_outcome(entry), room)
    if shape.in_a_line and shape.width < _ROOMY and len(entry.deliveries) == 1:
        outcome = outcome[-1:]  # the sign alone, so that the text has room
    size = cells(outcome) + _STATUS_GAP
    above = cells(header) + size <= head_room
    left = head_room - (size if above else 0)
    if shape.in_a_line:
        return _line(header, outcome if above else [], entry, head_room), []
    if shape.selected:
        _append_if_fits(header, _note("#", entry.task_id), left)
    below = entry_body.rows(entry, room, shape.unfolded, sought)
    if shape.density != Density.ROOMY and len(below) == 1:
        _join_if_fits(header, below, left)
    if entry.files or entry.comments:
        below += enclosures.rows(entry, room)
    if len(entry.deliveries) != 1 or entry.broadcast:
        below += _parts(entry.deliveries, room, shape.selected)
    if above:
        _put_right(outcome, header, head_room)
    elif below and cells(below[-1]) + size <= room:
        _put_right(outcome, below[-1], room)
    else:
        below.append([(" " * (room - cells(outcome)), ""), *outcome])
    return header, below


def _line(header: Row, outcome: Row, entry: Entry, room: int) -> Row:
    """An entry in one row: how its text begins, between the header and the outcome."""
    left = room - cells(header) - (cells(outcome) + _STATUS_GAP if outcome else 0) - 2
    comes_with = enclosures.count(entry) if entry.files or entry.comments else ""
    if comes_with and left >= _SMALLEST_ROOM + len(comes_with) + 2:
        left -= len(comes_with) + 2
    else:
        comes_with = ""
    if left >= _SMALLEST_ROOM:
        style = "struck" if entry_body.is_canceled(entry) else ""
        header += [("  ", ""), (clip(entry_body.gist(entry), left), style)]
        header += [("  " + comes_with, "muted")] if comes_with else []
    if outcome:
        _put_right(outcome, header, room)
    return header


def _join_if_fits(header: Row, below: list[Row], room: int) -> None:
    """Put a text of one row beside its sender."""
    if cells(header) + cells(below[0]) + 2 <= room:
        header += [("  ", ""), *below.pop()]


def _header(entry: Entry, room: int, shape: Shape) -> Row:
    """Time, sender, recipients, what it answers.

    Without a row for the day it begins with that of the week; in one line it has few recipients.
    """
    mark = MARKS.get(entry.sender_name, "")
    claim = _claim(entry, room)
    space = max(3, room - _SENDER_LEAVES - cell_len(claim))
    sender = shorten(mark + short_name(entry.sender_name), space)
    row: Row = [
        (_time(entry, shape) + "  ", "muted"),
        (sender, _sender_style(entry.sender_name)),
        (claim + " → ", "muted"),
    ]
    if entry.reply_to_task_id:
        _append_if_fits(row, _note("↩", entry.reply_to_task_id), room - 12)
    left = room - cells(row)
    most = min(left, _LINE_RECIPIENTS) if shape.in_a_line else left
    row.insert(3, (_recipients(entry, most), ""))
    return row


def _time(entry: Entry, shape: Shape) -> str:
    time = clock_time(entry.created_at)
    return time if shape.leads else f"{day(entry.created_at)[:3]} {time}"


def _claim(entry: Entry, room: int) -> str:
    """The mark after the name of a sender without proof."""
    if entry.sender_proof != SenderProof.CLAIMED:
        return ""
    return " (claimed)" if room >= _ROOMY else "?"


def _note(mark: str, task_id: str) -> str:
    return f"  {mark}{label(task_id)[:8]}"


def _append_if_fits(row: Row, text: str, room: int) -> None:
    if cells(row) + cell_len(text) <= room:
        row.append((text, "muted"))


def _recipients(entry: Entry, room: int) -> str:
    if entry.broadcast:
        return clip("everyone", max(room, 3))
    names = [
        short_name(each.recipient_name) for each in entry.deliveries[:_NAMES_TRIED]
    ]
    if not names:
        return clip("nobody", max(room, 3))
    for shown in range(len(names), 0, -1):
        left = len(entry.deliveries) - shown
        text = ", ".join(names[:shown]) + (f" +{left}" if left else "")
        if cell_len(text) <= room:
            return text
    return clip(text, max(room, 3))


def _outcome(entry: Entry) -> Row:
    """The message's outcome in words; if settled without trouble, only its glyph has colour."""
    if len(entry.deliveries) == 1 and not entry.broadcast:
        only = entry.deliveries[0]
        state = states.state_of(only)
        glyph, words = (state.glyph, state.word), states.status(only) + " "
        if states.is_for_human(only):
            return [(words, "yours"), glyph]
        return [(words, "muted" if state in states.SETTLED else state.word), glyph]
    row: Row = []
    for state, count in states.tally(entry.deliveries):
        style = state.word if state in states.TROUBLED else "muted"
        row += [(" · ", "muted"), (f"{count} {state.word}", style)]
    return row[1:] or [("no recipients", "muted")]


def _parts(deliveries: Sequence[Delivery], room: int, selected: bool) -> list[Row]:
    """Each recipient's part in a message to several."""
    return list(details(deliveries, room)) if selected else chips(deliveries, room)


def _clipped(row: Row, room: int) -> Row:
    if cells(row) <= room:
        return row
    return [(clip("".join(text for text, _ in row), room), row[-1][1])]


def _put_right(outcome: Row, row: Row, room: int) -> None:
    """Put the outcome at the right edge of `row`."""
    row += [(" " * (room - cells(row) - cells(outcome)), ""), *outcome]


def _sender_style(name: str) -> str:
    if name in MARKS:
        return "head"
    return SENDERS[zlib.crc32(ascii(name).encode()) % len(SENDERS)]
