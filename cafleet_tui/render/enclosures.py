"""What a message comes with: the files attached to it, and how its comments stand."""

from __future__ import annotations

import os.path
from collections.abc import Sequence

from textual.content import Content

from cafleet_core.broker.messages.attached import SeenFile
from cafleet_core.records import Attachment
from cafleet_core.views import AttachmentState, Entry
from cafleet_tui.render import status_line
from cafleet_tui.render.age import clock_time
from cafleet_tui.render.recipient_chips import Row, cells
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import clip, shorten

_NAME_CELLS = 40
_GAP = "  "
_UNITS = ("B", "kB", "MB", "GB")

_STATES = {
    AttachmentState.SAME: ("as it was sent", "$success"),
    AttachmentState.CHANGED: ("changed since it was sent", "$warning"),
    AttachmentState.TOUCHED: ("written since; too large to be compared", "$warning"),
    AttachmentState.GONE: ("gone", "$error"),
    AttachmentState.UNREADABLE: ("cannot be read", "$error"),
    AttachmentState.ELSEWHERE: ("on another machine", "$text-muted"),
}


def rows(entry: Entry, room: int) -> list[Row]:
    """The files by name and size, in one row; in another how many comments are open."""
    drawn: list[Row] = []
    if entry.files:
        drawn.append(_files(entry.files, room))
    if entry.comments:
        drawn.append([(clip(_comments(entry), room), "muted")])
    return drawn


def count(entry: Entry) -> str:
    """The same where a message has one line."""
    if entry.files:
        return f"+{len(entry.files)} file{'s' if len(entry.files) > 1 else ''}"
    return f"{len(entry.comments)} comments" if entry.comments else ""


def size(number: int) -> str:
    """A number of bytes in the unit that leaves few digits."""
    value, unit = float(number), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return (
        f"{value:.1f} {_UNITS[unit]}"
        if unit and value < 10
        else f"{value:.0f} {_UNITS[unit]}"
    )


def detail(entry: Entry, seen: Sequence[SeenFile]) -> Content:
    """Each file with its path, size, hash and state, and which comments are open.

    What has become of the files is told of those in `seen`.
    """
    states = {each.attachment: each.state for each in seen}
    parts = [
        _file(number, each, states.get(each))
        for number, each in enumerate(entry.files, 1)
    ]
    if entry.comments:
        parts.append(_fact("comments", _each_comment(entry)))
    return Content("\n\n").join(parts)


def which(count: int) -> Content:
    """Asks for the number of a file."""
    return Content(f"Its number, from 1 to {count}.")


def none_called(words: str) -> str:
    """Why a number is none."""
    return f"No file has the number {label(words)}"


def unopened(trouble: str) -> Content:
    """Why a file is not opened."""
    return status_line.warning(f"Not opened: {trouble}")


def _files(files: Sequence[Attachment], room: int) -> Row:
    row: Row = []
    for number, each in enumerate(files):
        name = shorten(_name(each), _NAME_CELLS)
        part: Row = [
            (f"{_GAP if number else ''}+ {name}", ""),
            (f" {size(each.bytes)}", "muted"),
        ]
        left = f"{_GAP}+{len(files) - number} more"
        if number and cells(row) + cells(part) + len(left) > room:
            return [*row, (left, "muted")]
        row += part
    if cells(row) > room:
        return [(clip("".join(text for text, _ in row), room), "")]
    return row


def _name(file: Attachment) -> str:
    return label(os.path.basename(file.copied_from or file.path)) or "?"


def _comments(entry: Entry) -> str:
    waiting = sum(each.acked_at is None for each in entry.comments)
    total = len(entry.comments)
    noun = "comment" if total == 1 else "comments"
    return f"{waiting} of {total} {noun} open" if waiting else f"{total} {noun} acked"


def _each_comment(entry: Entry) -> str:
    waiting = [str(each.number) for each in entry.comments if each.acked_at is None]
    acked = [
        f"{each.number} acked {clock_time(each.acked_at)}"
        for each in entry.comments
        if each.acked_at is not None
    ]
    return " · ".join(([f"open: {' '.join(waiting)}"] if waiting else []) + acked)


def _file(number: int, file: Attachment, state: AttachmentState | None) -> Content:
    words, style = _STATES[state] if state else ("…", "$text-muted")
    lines = [
        _fact(f"file {number}", label(file.path)),
        Content.assemble(_fact("  size", size(file.bytes)), "  ", (words, style)),
        _fact("  sha256", label(file.sha256)),
    ]
    if file.copied_from is not None:
        lines.append(_fact("  copy of", label(file.copied_from)))
    return Content("\n").join(lines)


def _fact(word: str, value: str) -> Content:
    return Content.assemble((word.ljust(13), "$text-muted"), value)
