"""Connections to registry files that were moved or replaced, kept open until closing is safe."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

LOG = "-wal"
"""Suffix of SQLite's write-ahead log file."""

_NOT_IN_PLACE: list[tuple[tuple[int, int] | None, sqlite3.Connection]] = []
"""Open connections to displaced files, by device and inode. Closing the last connection to
a file removes the log by its path, which may now be the log of the file in its place; so
they are closed only where no log is, see `leave`. While one is open, this process cannot
open the same file again, should it be put back: SQLite would reuse an index that no other
process sees."""


def beside(path: str, suffix: str) -> str:
    """The file that SQLite keeps beside the one at `path`, or beside the one it is a link to."""
    return f"{os.path.realpath(path) if os.path.islink(path) else path}{suffix}"


def leave(path: str, file: tuple[int, int] | None, engine: sqlite3.Connection) -> None:
    """Give up a connection to a file that is no more at `path`, without harm to what is there."""
    if os.path.exists(path) or os.path.exists(beside(path, LOG)):
        _NOT_IN_PLACE.append((file, engine))
    else:
        engine.close()


def close_returned(path: str) -> None:
    """Close what was left open of the file that is at `path` again, where it has no log yet."""
    if os.path.exists(beside(path, LOG)):
        return
    try:
        status = os.stat(path)
    except OSError:
        return
    here = (status.st_dev, status.st_ino)
    for left in [left for left in _NOT_IN_PLACE if left[0] == here]:
        left[1].close()
        _NOT_IN_PLACE.remove(left)
