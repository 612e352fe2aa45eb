"""Draw a diff with the comments on it: rows that wrap, each line with its number and sign."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from textual.content import Content

from cafleet_core.comments import place
from cafleet_core.text import cut
from cafleet_tui.model.diff_lines import DiffLines, Remark, Shown
from cafleet_tui.model.patch import Kind, Line
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label, one_line, sanitised
from cafleet_tui.render.wrap import clip, shorten, wrap

_LONGEST = 2000
"""Characters of a line that are drawn."""

_SMALLEST_ROOM = 12
_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "-"}
_STYLES = {
    Kind.LISTED: "",
    Kind.FILE: "bold $primary",
    Kind.NOTE: "$text-muted",
    Kind.HUNK: "$accent",
    Kind.CONTEXT: "",
    Kind.ADDED: "$success",
    Kind.REMOVED: "$error",
}
_NUMBERED = (Kind.CONTEXT, Kind.ADDED, Kind.REMOVED)


def gutter(lines: DiffLines) -> int:
    """How many cells the largest number of a line takes."""
    numbers = (
        max(each.old, each.new) for each in lines.shown if isinstance(each, Line)
    )
    return len(str(max(numbers, default=0)))


def parts(each: Shown, width: int, digits: int) -> list[str]:
    """The text of a line in as many rows as it takes beside its number."""
    room = max(_SMALLEST_ROOM, width - digits - 3)
    if isinstance(each, Remark):
        lines = _words(each).split("\n")
        return [row for line in lines for row in wrap(line, room)]
    if each.kind in (Kind.LISTED, Kind.FILE):
        return [each.text]
    if len(each.text) <= room and each.text.isascii() and each.text.isprintable():
        return [each.text]
    return list(wrap(_safe(each.text), room))


def plain(each: Shown) -> str:
    """What is looked through for words."""
    return f"{each.path} {_words(each) if isinstance(each, Remark) else each.text}"


def row(
    each: Shown, part: int, texts: list[str], width: int, digits: int, *, current: bool
) -> Content:
    """One row of a line; the current line has a bar at its left edge."""
    edge = Content.styled("▌" if current else " ", "bold $primary")
    if isinstance(each, Remark):
        drawn = _remark(each, part, texts[part], digits)
    elif each.kind in (Kind.LISTED, Kind.FILE):
        drawn = _of_file(each, width - 1)
    else:
        drawn = _line(each, part, texts[part], digits)
    return edge + drawn.stylize_before("on $cursor-line") if current else edge + drawn


def title(name: str, lines: DiffLines, at: int) -> Content:
    """Whose changes these are, and in which file the current line is."""
    head = Content.assemble("Changes of ", (label(name), "bold"))
    number = lines.file_at(at)
    if number < 0:
        return head
    path = shorten(lines.shown[lines.files[number]].path, 40)
    return Content.assemble(
        head, "  ", (path, "bold $primary"), f"  {number + 1} of {len(lines.files)}"
    )


def unread(trouble: str) -> Content:
    """Why the changes cannot be read."""
    return status_line.warning(f"Not read: {trouble}")


def sent(name: str, count: int) -> Content:
    """That a review was sent."""
    comments = "1 comment" if count == 1 else f"{count} comments"
    return Content.assemble(("✓ ", "$success"), f"sent {comments} to {label(name)}")


def unsent(trouble: str) -> Content:
    """Why a review was not sent."""
    return status_line.warning(f"Not sent, the comments are kept: {trouble}")


def about(each: Shown) -> Content:
    """What a comment is about: the place, and the line as it stands there."""
    path, _, number = each.place
    head = Content.styled(label(f"{path}:{number}" if number else path), "bold")
    if isinstance(each, Remark) or each.kind not in _NUMBERED or not each.text.strip():
        return head
    line = Content.styled(clip(_safe(each.text), 200), _STYLES[each.kind])
    return Content("\n").join([head, line])


def _words(remark: Remark) -> str:
    """A comment with what tells whether it is sent, and where it is if not here."""
    comment = remark.comment
    head = f"{remark.task_id[:8]}/{comment.number}" if remark.task_id else "draft"
    return sanitised(f"{head} {place(comment)} {comment.text}").expandtabs(4)


def _safe(words: str) -> str:
    """A line of a file, safe to draw; of a very long one how it begins."""
    left = len(words) - _LONGEST
    shown = cut(words, _LONGEST) + (f" ({left:,} more characters)" if left > 0 else "")
    return one_line(shown.replace("\r", "␍").expandtabs(4))


def _line(line: Line, part: int, words: str, digits: int) -> Content:
    style = _STYLES[line.kind]
    number = "" if part else str(line.new or line.old or "")
    sign = _SIGNS.get(line.kind, " ") if not part else " "
    if line.kind not in _NUMBERED:
        return Content.styled(" " * (digits + 2), "") + Content.styled(words, style)
    return Content.assemble(
        (number.rjust(digits) + " ", "$text-muted"), (sign, style), (words, style)
    )


def _remark(remark: Remark, part: int, words: str, digits: int) -> Content:
    sign = "●" if not part else " "
    style = "$warning" if remark.task_id else "bold $warning"
    return Content.assemble((" " * digits + sign + " ", style), (words, style))


def _of_file(line: Line, width: int) -> Content:
    """A file with how much has changed in it, at the right end."""
    room = max(3, width - cell_len(line.text) - 2)
    path = shorten(label(line.path), room)
    rule = "─" if line.kind == Kind.FILE else " "
    gap = rule * max(1, width - cell_len(path) - cell_len(line.text) - 2)
    return Content.assemble(
        (path, _STYLES[line.kind]),
        (f" {gap} ", "$text-muted"),
        *_coloured(line.text),
    )


def _coloured(counts: str) -> Iterator[tuple[str, str]]:
    for number, word in enumerate(counts.split(" ")):
        style = {"+": "$success", "-": "$error"}.get(word[:1], "$text-muted")
        yield (f" {word}" if number else word), style
