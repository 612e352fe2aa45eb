"""The registry in a SQLite file: one connection, transactions, and one error for all trouble."""

from __future__ import annotations

import os.path
import sqlite3
import time
from contextlib import closing, contextmanager

from cafleet_core.errors import RegistryError, RegistryGone
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.registry import HEAD, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

APPLICATION_ID = 0x63_66_6C_74
"""Marks a SQLite file as a cafleet registry (`PRAGMA application_id`)."""

BUSY_SECONDS = 10.0
"""How long to wait for other writers: a crowd of agents on a slow disk takes its time, but a
claim on a push must still hold when its outcome is written."""

_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL")


class SqliteRegistry(Registry):
    """A registry in the file at an absolute path, which is made where it is missing."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._connection = _connect(path)
        self._file = _identity(path)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        with reporting(self.path):
            return self._connection.execute(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        with reporting(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        with reporting(self.path):
            return self._connection.execute(sql, parameters).fetchone()

    @contextmanager
    def write(self, *, keep: bool = True) -> Iterator[None]:
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT" if keep else "ROLLBACK")
        except BaseException:
            # a full disk makes SQLite roll back by itself
            if self._connection.in_transaction:
                self.execute("ROLLBACK")
            raise

    def refuse_writes(self) -> None:
        self.execute("PRAGMA query_only=ON")

    def data_version(self) -> int:
        return int(self.row("PRAGMA data_version")[0])

    def check_in_place(self) -> None:
        now = _identity(self.path)
        if now is None:
            raise RegistryGone(
                f"registry {self.path} is gone: put it back where it was."
            )
        if now != self._file:
            raise RegistryGone(f"registry {self.path} was replaced by another file.")

    def revision(self) -> int:
        return int(self.row("PRAGMA user_version")[0])

    def ours(self) -> bool:
        return int(self.row("PRAGMA application_id")[0]) == APPLICATION_ID

    def mark(self, revision: int) -> None:
        self.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self.execute(f"PRAGMA user_version={revision}")

    def empty(self) -> bool:
        return self.row("SELECT 1 FROM sqlite_master LIMIT 1") is None

    def copy_to(self, path: str) -> None:
        with reporting(path), closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)

    def close(self) -> None:
        self._connection.close()


def _connect(path: str) -> sqlite3.Connection:
    with reporting(path):
        _make_private(path)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            if _may_change(connection):
                _use_wal(connection)
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection


def _identity(path: str) -> tuple[int, int] | None:
    """Device and inode of the file; None where there is none, or it cannot be looked at."""
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _make_private(path: str) -> None:
    """The file is born 0600 in a folder 0700: messages are nobody else's business.

    Raises RegistryError for a relative path, which would mean another file in each folder.
    """
    if not os.path.isabs(path):
        raise RegistryError(f"cannot open registry {path}: its path is relative.")
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _may_change(connection: sqlite3.Connection) -> bool:
    """Whether the file is empty or a registry of this program's time, not another's."""
    (revision,) = connection.execute("PRAGMA user_version").fetchone()
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if mark == APPLICATION_ID:
        return bool(revision <= HEAD)
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switching a new file to WAL ignores the busy timeout, so it is tried until then."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def reporting(path: str) -> Iterator[None]:
    """Turn what the engine or the system raises about `path` into a RegistryError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise RegistryError(_operational(path, str(error))) from None
    except sqlite3.DatabaseError as error:
        raise RegistryError(
            f"registry {path} is damaged or no registry: {_kind(error)}."
        ) from None
    except OSError as error:
        raise RegistryError(f"cannot open registry {path}: {error.strerror}.") from None


def _operational(path: str, said: str) -> str:
    if "locked" in said or "busy" in said:
        return f"registry {path} is busy: another process has held it for {BUSY_SECONDS:.0f} s."
    if "readonly" in said:
        return f"registry {path} is read-only."
    if "full" in said:
        return f"registry {path}: the disk is full."
    if "unable to open" in said:
        folder = os.path.dirname(os.path.realpath(path))
        if not os.access(folder, os.W_OK):
            return (
                f"cannot open registry {path}: its folder may not be written from here."
            )
        return f"cannot open registry {path}."
    return f"registry {path} cannot be used; see 'cafleet doctor'."


def _kind(error: sqlite3.DatabaseError) -> str:
    return getattr(error, "sqlite_errorname", type(error).__name__)
