"""Recorded screens of coding agents, each with the state that it shows: cues are tried on them.

A file is a capture with its colours below a head of lines `# <key>: <value>`, which ends
with a line `#`: `expected` is the state, `command` what was in front, `title` the pane's,
`cursor` its column and row from 0, `caret` whether it was shown.
"""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.config import folders
from cafleet_core.errors import InvalidInput, NotFound
from cafleet_core.fast_types import NamedTuple

_END = "#\n"
_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_HEAD = ("expected", "command", "title", "cursor", "caret")
_LARGEST = 1_000_000


class Recording(NamedTuple):
    """A recorded screen: the name of its file without ending, and the state that it shows."""

    name: str
    state: str
    command: str
    title: str
    column: int
    row: int
    caret: bool
    screen: str


def folder(coding_agent: str) -> str:
    """The user's folder of the screens of an agent; raises InvalidInput for an odd name."""
    if not coding_agent or not _IN_NAMES.issuperset(coding_agent):
        raise InvalidInput(
            f"'{text.one_line(coding_agent)}' is no name for a coding agent: small letters,"
            " digits, '-' and '_'."
        )
    settings = os.path.dirname(folders.user_file(os.environ))
    return os.path.join(settings, "screens", coding_agent)


def keep(where: str, recording: Recording) -> str:
    """Write a recording into a folder under the next free name of its state; its path."""
    os.makedirs(where, mode=0o700, exist_ok=True)
    values = (
        *(recording.state, recording.command, text.one_line(recording.title)),
        *(f"{recording.column},{recording.row}", str(int(recording.caret))),
    )
    head = "".join(
        f"# {key}: {value}\n" for key, value in zip(_HEAD, values, strict=True)
    )
    number = 1
    while True:
        path = os.path.join(where, f"{recording.state}-{number}.txt")
        try:
            file = open(path, "x", encoding="utf-8")  # noqa: SIM115
        except FileExistsError:
            number += 1
            continue
        with file:
            file.write(f"{head}{_END}{recording.screen}\n")
        return path


def kept(where: str) -> list[Recording]:
    """The recordings in a folder, by name; raises NotFound without any, InvalidInput for another file."""
    try:
        names = sorted(name for name in os.listdir(where) if name.endswith(".txt"))
    except OSError:
        names = []
    if not names:
        raise NotFound(f"there are no recorded screens in {text.one_line(where)}.")
    return [_read(os.path.join(where, name)) for name in names]


def _read(path: str) -> Recording:
    odd = InvalidInput(f"{text.one_line(path)} is no recorded screen.")
    try:
        with open(path, encoding="utf-8") as file:
            head, end, screen = file.read(_LARGEST).partition(_END)
    except (OSError, UnicodeDecodeError):
        raise odd from None
    pairs = (line[2:].partition(": ") for line in head.splitlines())
    values = {key: value for key, _, value in pairs}
    column, _, row = values.get("cursor", "0,0").partition(",")
    if not end or not values.get("expected") or not (column + row).isdecimal():
        raise odd
    return Recording(
        name=os.path.basename(path).removesuffix(".txt"),
        state=values["expected"],
        command=values.get("command", ""),
        title=values.get("title", ""),
        column=int(column or 0),
        row=int(row or 0),
        caret=values.get("caret", "") != "0",
        screen=screen.removesuffix("\n"),
    )
