"""A timeline entry as rows of text with the names of styles, wrapped to a width."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from cafleet_core.broker.messages.word_match import split
from cafleet_core.states import SenderProof, TaskState
from cafleet_core.views import Delivery, Entry
from cafleet_tui.render import delivery as states
from cafleet_tui.render.age import clock_time
from cafleet_tui.render.recipient_chips import (
    Part,
    Row,
    cells,
    chips,
    details,
    short_name,
)
from cafleet_tui.render.safe_text import label, sanitised
from cafleet_tui.render.wrap import ELLIPSIS, clip, shorten, wrap

SENDERS = ("sender-0", "sender-1", "sender-2", "sender-3")
STYLES = (
    *SENDERS,
    "head",
    *(state.word for state in states.STATES),
    "muted",
    "yours",
    "day",
    "mark",
    "struck",
    "sought",
)
"""Every style name that a row may carry; the widget maps each to colours."""

MAX_BODY_ROWS = 40

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
_TAB = 4


def height(entry: Entry, width: int, selected: bool = False) -> int:
    """The number of rows of `entry`: one that `lead` draws, and those of `draw`."""
    if width <= 0:
        return 1
    return 2 + len(_rows(entry, width, selected)[1])


def lead(day: str, width: int) -> Content:
    """The row above an entry: blank, or a rule with the day that begins there."""
    if not day:
        return Content()
    side = "─" * (max(0, width - cell_len(day) - 4) // 2)
    return Content.styled(f" {side} {day} {side}", "day")


def draw(
    entry: Entry, width: int, selected: bool = False, sought: str = ""
) -> list[Content]:
    """The rows of `entry`, none wider than `width` unless that is below 20 cells.

    Styles are names of `STYLES`. A selected entry has a bar at its left edge, and shows
    its id and each delivery's state and time. Words that match `sought` are marked.
    """
    edge: Part = ("▌", "mark") if selected else (" ", "")
    margin = " " * (_indent(width) - 1)
    header, below = _rows(entry, width, selected, sought)
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


def _rows(
    entry: Entry, width: int, selected: bool, sought: str = ""
) -> tuple[Row, list[Row]]:
    """The header, and the rows below it: body, recipients and outcome.

    The outcome is at the right end of the header, if that has room.
    """
    room, head_room = _room(width), max(width - 2, _SMALLEST_ROOM)
    header = _header(entry, head_room)
    outcome = _clipped(_outcome(entry), room)
    size = cells(outcome) + _STATUS_GAP
    above = cells(header) + size <= head_room
    if selected:
        left = head_room - (size if above else 0)
        _append_if_fits(header, _note("#", entry.task_id), left)
    below = _body(entry, room, sought)
    if len(entry.deliveries) != 1 or entry.broadcast:
        below += _parts(entry.deliveries, room, selected)
    if above:
        _put_right(outcome, header, head_room)
    elif cells(below[-1]) + size <= room:
        _put_right(outcome, below[-1], room)
    else:
        below.append([(" " * (room - cells(outcome)), ""), *outcome])
    return header, below


def _header(entry: Entry, room: int) -> Row:
    mark = MARKS.get(entry.sender_name, "")
    claim = _claim(entry, room)
    space = max(3, room - _SENDER_LEAVES - cell_len(claim))
    sender = shorten(mark + short_name(entry.sender_name), space)
    row: Row = [
        (clock_time(entry.created_at) + "  ", "muted"),
        (sender, _sender_style(entry.sender_name)),
        (claim + " → ", "muted"),
    ]
    if entry.reply_to_task_id:
        _append_if_fits(row, _note("↩", entry.reply_to_task_id), room - 12)
    row.insert(3, (_recipients(entry, room - cells(row)), ""))
    return row


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


def _body(entry: Entry, room: int, sought: str) -> list[Row]:
    style = "struck" if _canceled(entry) else ""
    taken = entry.text[: 2 * MAX_BODY_ROWS * room]
    lines = sanitised(taken).expandtabs(_TAB).strip("\n").split("\n")
    rows: list[Row] = []
    for number, line in enumerate(lines):
        for text in wrap(line, room):
            if len(rows) == MAX_BODY_ROWS:
                rest = entry.text[len(taken) :]
                more = _estimate([text, *lines[number + 1 :]], rest, room)
                return [*rows, [(clip(_more(more), room), "muted")]]
            pieces = split(text, sought) if sought else [(text, False)]
            rows.append([(part, "sought" if hit else style) for part, hit in pieces])
    if len(taken) < len(entry.text):
        more = _estimate([], entry.text[len(taken) :], room)
        rows.append([(clip(_more(more), room), "muted")])
    return rows


def _estimate(lines: Sequence[str], rest: str, room: int) -> int:
    """An estimate of the rows that are not shown, without wrapping the text."""
    wrapped = sum(max(1, -(-len(line) // room)) for line in lines)
    return wrapped + max(rest.count("\n"), -(-len(rest) // room))


def _more(count: int) -> str:
    return f"{ELLIPSIS} ~{count:,} more lines · Enter shows all"


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


def _canceled(entry: Entry) -> bool:
    return bool(entry.deliveries) and all(
        delivery.state == TaskState.CANCELED for delivery in entry.deliveries
    )


def _sender_style(name: str) -> str:
    if name in MARKS:
        return "head"
    return SENDERS[zlib.crc32(ascii(name).encode()) % len(SENDERS)]
