"""Databases that other programs write, SQLite files: only read, and never waited for long."""

from __future__ import annotations

import os
from contextlib import contextmanager

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

_PATIENCE = 0.2
"""Seconds to wait for the program's own writes."""


class Database(NamedTuple):
    """A program's database while it is open."""

    connection: sqlite3.Connection

    def rows(self, query: str, *values: str | float) -> list[tuple[Any, ...]]:
        """The rows that a query answers with."""
        return self.connection.execute(query, values).fetchall()


@contextmanager
def opened(path: str) -> Iterator[Database | None]:
    """A connection that only reads; None without such a file.

    A schema of another version, a file that is no database, and values that are out of all
    range end the block without an error.
    """
    import sqlite3
    from urllib.parse import quote

    if not os.path.isfile(path):  # a pipe would block its reader
        yield None
        return
    try:
        uri = f"file:{quote(path)}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE)
    except sqlite3.Error:
        yield None
        return
    try:
        yield Database(connection)
    except (sqlite3.Error, OverflowError):
        pass
    finally:
        connection.close()
