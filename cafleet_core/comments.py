"""Comments on lines of files, of which a review consists: as they are written, and read again."""

from __future__ import annotations

import re

from cafleet_core import text
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, StrEnum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 200
"""Comments that a review may have."""

LONGEST = 4000
"""Characters of a comment."""

_HEAD = re.compile(r"(?P<path>\S.*?):(?P<old>-?)(?P<line>\d{1,9})[ \t]+(?P<text>\S.*)")
_INDENT = "  "


class Side(StrEnum):
    """On which side of a change a line is: OLD is one that was removed."""

    OLD = "old"
    NEW = "new"


class Comment(NamedTuple):
    """What a review says of one line of a file; `number` counts from 1 within the review.

    `path` is relative to the top of the repository, fit for one line. `line` counts from 1;
    0 is the file as a whole. Of an OLD `side` it is a line that was removed, as it was numbered
    before. `acked_at` is the stamp of its recipient's ack.
    """

    number: int
    path: str
    line: int
    side: Side
    text: str
    acked_at: str | None = None


def place(comment: Comment) -> str:
    """Where it belongs: `path:12`, or `path:-12` for a line that was removed."""
    return f"{comment.path}:{'-' if comment.side == Side.OLD else ''}{comment.line}"


def written(comment: Comment) -> str:
    """Its number, its place and its text, whose further lines are indented."""
    words = comment.text.replace("\n", f"\n{_INDENT}")
    return f"{comment.number} {place(comment)} {words}"


def body(words: str, comments: Iterable[Comment]) -> str:
    """The text of a review: what precedes the comments, if anything, and a line for each."""
    parts = [words.strip(), "\n".join(map(written, comments))]
    return "\n\n".join(filter(None, parts))


def settled(comments: Iterable[Comment], acked_at: str | None) -> tuple[Comment, ...]:
    """The comments of a review, all of them acked at the latest when the whole of it was."""
    return tuple(
        each if each.acked_at else each._replace(acked_at=acked_at) for each in comments
    )


def left(words: str, comments: Sequence[Comment]) -> str:
    """The text of a review without the comments that are acked; all of it once all are."""
    if all(comment.acked_at for comment in comments):
        return words
    lines = f"\n{words}\n"
    for comment in comments:
        if comment.acked_at:
            lines = lines.replace(f"\n{written(comment)}\n", "\n", 1)
    return lines[1:-1]


def read(words: str) -> list[Comment]:
    """The comments of a text: `PATH:LINE TEXT` each, and further lines that are indented.

    A `-` before the line's number means one that was removed. Raises InvalidInput, naming the
    line that is neither, and for a text without a comment.
    """
    comments: list[Comment] = []
    for number, line in enumerate(words.splitlines(), 1):
        head = _HEAD.fullmatch(line)
        if head:
            side = Side.OLD if head["old"] else Side.NEW
            comments.append(
                Comment(0, head["path"], int(head["line"]), side, head["text"])
            )
        elif comments and (line[:1].isspace() or not line):
            before = comments[-1]
            said = f"{before.text}\n{line.removeprefix(_INDENT)}"
            comments[-1] = before._replace(text=said)
        elif line.strip():
            raise InvalidInput(
                f"--review: line {number} is neither PATH:LINE TEXT nor indented."
            )
    return numbered(comments)


def numbered(comments: Sequence[Comment]) -> list[Comment]:
    """The comments of one review, numbered in their order; raises InvalidInput."""
    if not comments:
        raise InvalidInput("--review: there is no comment in it.")
    if len(comments) > MOST:
        raise InvalidInput(f"--review: at most {MOST} comments.")
    return [_checked(each, number) for number, each in enumerate(comments, 1)]


def _checked(comment: Comment, number: int) -> Comment:
    said = text.storable(comment.text).rstrip()
    if text.label(comment.path) != comment.path:
        raise InvalidInput(
            f"--review: comment {number} has a path that cannot be shown."
        )
    if not text.sanitise(said).strip():
        raise InvalidInput(f"--review: comment {number} is empty.")
    if len(said) > LONGEST:
        raise InvalidInput(f"--review: comment {number} is over {LONGEST} characters.")
    return comment._replace(number=number, text=said)
