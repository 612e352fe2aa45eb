"""A patch as lines with their places: files, hunks, and what was added and removed in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cafleet_core import text
from cafleet_core.comments import Side
from cafleet_core.fast_types import StrEnum
from cafleet_core.worktrees.changes import MOST_LINES, ChangedFile, Changes

_SECTION = "diff --git "
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(r"\\(?:([0-7]{3})|(.))")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_TOLD = ("old mode", "new mode", "new file", "deleted file", "Binary files")

_UNSHOWN = f"Not shown: it is larger than 1 MB, or beyond {MOST_LINES:,} lines in all."
_BINARY = "Not shown: it is binary, or larger than 1 MB."
_ANOTHER = "It has changed since it was listed."


class Kind(StrEnum):
    """What a line of a diff is; LISTED names a file in the list of all, FILE heads its own part.

    NOTE says something of a file, or of the whole.
    """

    LISTED = "listed"
    FILE = "file"
    NOTE = "note"
    HUNK = "hunk"
    CONTEXT = "context"
    ADDED = "added"
    REMOVED = "removed"


class Line(NamedTuple):
    """A line of a diff, as foreign as its file; `old` and `new` are its numbers, 0 for none.

    `path` is its file's, fit for one line. Of LISTED and FILE, `text` tells how much has changed.
    """

    kind: Kind
    text: str
    path: str = ""
    old: int = 0
    new: int = 0

    @property
    def place(self) -> tuple[str, Side, int]:
        """What a comment on it is about: its line, of its file as a whole if it has none."""
        if self.kind == Kind.REMOVED:
            return self.path, Side.OLD, self.old
        return self.path, Side.NEW, self.new


def lines(changes: Changes) -> Iterator[Line]:
    """What was compared, the list of the files, and then each file with its hunks."""
    parts = _sections(changes.patch)
    yield Line(Kind.NOTE, _summary(changes))
    for file in changes.files:
        yield Line(Kind.LISTED, _counts(file), text.label(file.path))
    if changes.more:
        yield Line(Kind.NOTE, f"and {changes.more:,} more files, which are not listed")
    for file in changes.files:
        path = text.label(file.path)
        yield Line(Kind.FILE, _counts(file), path)
        if file.path in parts:
            yield from _section(path, parts[file.path])
        else:
            yield Line(Kind.NOTE, _why_not(file), path)


def _summary(changes: Changes) -> str:
    count = len(changes.files) + changes.more
    many = "1 file has" if count == 1 else f"{count:,} files have"
    what = many if count else "nothing has"
    return f"Since {changes.since[:8]} {what} changed in {changes.folder}"


def _counts(file: ChangedFile) -> str:
    """How many lines were added and removed; that it is new."""
    new = "new " if file.untracked else ""
    if file.added is None or file.removed is None:
        return f"{new}binary"
    return f"{new}+{file.added} -{file.removed}"


def _why_not(file: ChangedFile) -> str:
    if file.shown:
        return _ANOTHER
    return _BINARY if file.added is None else _UNSHOWN


def _sections(patch: str) -> Mapping[str, list[str]]:
    """The lines of a patch below each file's own heading, by the file's path."""
    parts: dict[str, list[str]] = {}
    current: list[str] = []
    for line in patch.split("\n"):
        if line.startswith(_SECTION):
            current = parts.setdefault(_path(line.removeprefix(_SECTION)), [])
        else:
            current.append(line)
    return parts


def _path(names: str) -> str:
    """The path in `a/<path> b/<path>`, which git quotes like C where it has odd characters."""
    name = names[: (len(names) - 1) // 2]
    if name.startswith('"'):
        name = _ESCAPE.sub(_unescaped, name[1:-1])
    return name[2:]


def _unescaped(escape: re.Match[str]) -> str:
    octal, letter = escape.groups()
    return chr(int(octal, 8)) if octal else _ESCAPES.get(letter, letter)


def _section(path: str, part: Iterable[str]) -> Iterator[Line]:
    """The lines of one file's part; what stands outside of hunks is left out but for a few."""
    old = new = left_old = left_new = 0
    for line in part:
        sign, words = line[:1], line[1:]
        if sign == "\\":
            yield Line(Kind.NOTE, words.strip(), path)
        elif left_old <= 0 and left_new <= 0:
            if hunk := _HUNK.match(line):
                old, left_old, new, left_new = (
                    int(number or 1) for number in hunk.groups()
                )
                yield Line(Kind.HUNK, line, path)
            elif line.startswith(_TOLD):
                yield Line(Kind.NOTE, line, path)
        elif sign == "+":
            yield Line(Kind.ADDED, words, path, 0, new)
            new, left_new = new + 1, left_new - 1
        elif sign == "-":
            yield Line(Kind.REMOVED, words, path, old, 0)
            old, left_old = old + 1, left_old - 1
        else:
            yield Line(Kind.CONTEXT, words, path, old, new)
            old, new = old + 1, new + 1
            left_old, left_new = left_old - 1, left_new - 1
