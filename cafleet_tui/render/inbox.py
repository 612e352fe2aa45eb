"""Draw the human's messages: a line each, and below the current one how its text begins."""

from __future__ import annotations

import math
from collections.abc import Iterator

from textual.content import Content

from cafleet_core.text import cut
from cafleet_core.views import Entry
from cafleet_tui.model.inbox import InboxList
from cafleet_tui.render import status_line
from cafleet_tui.render.age import clock_time, day
from cafleet_tui.render.safe_text import label, sanitised
from cafleet_tui.render.wrap import clip, shorten, wrap

TEXT_ROWS = 6
"""Rows of the current message's text at most."""

_INDENT = 6
_SENDER_CELLS, _SENDER_CELLS_NARROW = 18, 12
_NARROW = 70
_LONGEST_LINE = 400
_LONGEST_TEXT = 4000
_SMALLEST_ROOM = 10


def title(messages: InboxList) -> Content:
    """The heading: how many are unacked, being acked, marked."""
    waiting, acking = len(messages.open), len(messages.acking)
    newer = "+" if messages.more else ""
    parts = [("For you", "bold $primary"), (f"  {waiting:,}{newer} unacked", "bold")]
    if acking:
        parts.append((f" · {acking:,} being acked", "$warning"))
    if messages.marked:
        parts.append((f" · {len(messages.marked):,} marked", "$primary"))
    return Content.assemble(*parts)


def nothing(trouble: str | None, *, read: bool) -> Content:
    """The text of an empty list: why it cannot be read, or that there is nothing."""
    if trouble is not None:
        return status_line.warning(f"Not read: {trouble}")
    words = "Nothing was sent to you." if read else "Reading …"
    return Content.styled(words, "$text-muted")


def row(messages: InboxList, number: int, width: int, today: str) -> Content:
    """The line of one message: mark, state, time, sender, the beginning of its text."""
    entry = messages.entries[number]
    current, waits = number == messages.at, messages.is_open(entry)
    sign, sign_style = _sign(messages, entry)
    cells = _SENDER_CELLS if width >= _NARROW else _SENDER_CELLS_NARROW
    sender = shorten(label(entry.sender_name), cells).ljust(cells)
    style = "$foreground" if waits else "$text-muted"
    marked = "◆" if entry.task_id in messages.marked else " "
    return Content.assemble(
        ("▌" if current else " ", "bold $primary"),
        (marked, "bold $primary"),
        (sign, sign_style),
        (_when(entry.created_at, today), "$text-muted"),
        (sender + "  ", f"bold {style}" if waits else style),
        (_recipients(entry), "$text-muted") if current else (_gist(entry), style),
    ).truncate(max(width, 1), ellipsis=True)


def text(entry: Entry, width: int) -> list[Content]:
    """The beginning of a message's text, in a few rows."""
    room = max(width - _INDENT, _SMALLEST_ROOM)
    rows = list(_wrapped(entry, room))
    edge = Content.styled("▌" + " " * (_INDENT - 1), "bold $primary")
    drawn = [edge + Content.styled(each, "$foreground") for each in rows[:TEXT_ROWS]]
    if len(rows) > TEXT_ROWS:
        drawn[-1] = edge + Content.styled("…  Enter opens all of it", "$text-muted")
    return drawn


def acking(count: int, key: str) -> Content:
    """What was just acked, and how to undo it."""
    what = "It is" if count == 1 else f"{count:,} messages are"
    return Content.assemble(
        ("✓ ", "$success"), f"{what} acked in 10 s; until then {key} undoes it"
    )


def acked(count: int) -> Content:
    """The outcome once it is written."""
    what = "1 message" if count == 1 else f"{count:,} messages"
    return Content.assemble(("✓ ", "$success"), f"acked {what}")


def undone(count: int) -> Content:
    """The outcome of undoing an ack; its senders were told nothing."""
    what = "1 message is" if count == 1 else f"{count:,} messages are"
    return Content.styled(f"Taken back: {what} unacked as before", "$text-muted")


def too_late() -> Content:
    """Why there is nothing to undo."""
    return Content.styled("Nothing to undo: an ack is written after 10 s", "$warning")


def _sign(messages: InboxList, entry: Entry) -> tuple[str, str]:
    left = messages.acking.get(entry.task_id)
    if left is not None:
        return f"{math.ceil(left):>2}s ", "bold $warning"
    if messages.is_open(entry):
        return " ●  ", "bold $primary"
    return " ✓  ", "$success"


def _when(stamp: str, today: str) -> str:
    """The time of a message of today, the day of an earlier one."""
    sent = day(stamp)
    return (clock_time(stamp) if sent == today else sent[4:10].strip()).ljust(8)


def _gist(entry: Entry) -> str:
    """The beginning of a message's text, on one line."""
    return cut(label(entry.text[:_LONGEST_TEXT]), _LONGEST_LINE)


def _recipients(entry: Entry) -> str:
    """The number of a message's recipients beside the human, in words."""
    others = len(entry.deliveries) - 1
    if others == 0:
        return "to you alone"
    return f"to you and {others:,} other{'' if others == 1 else 's'}"


def _wrapped(entry: Entry, room: int) -> Iterator[str]:
    lines = sanitised(cut(entry.text, _LONGEST_TEXT)).expandtabs(4).split("\n")
    count = 0
    for line in lines:
        for each in wrap(line, room):
            yield clip(each, room)
            count += 1
            if count > TEXT_ROWS:
                return
