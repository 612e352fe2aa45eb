"""Open a SQLite file: private, as far as the disk allows, with failures in plain words."""

from __future__ import annotations

import os
import os.path
import time

from cafleet_core.errors import RegistryError, RegistryGone
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import displaced
from cafleet_core.storage.displaced import LOG, beside
from cafleet_core.storage.engine import sqlite3
from cafleet_core.storage.registry import HEAD

if TYPE_CHECKING:
    from types import TracebackType

APPLICATION_ID = 0x63_66_6C_74
"""Marks a SQLite file as a cafleet registry (`PRAGMA application_id`)."""

BUSY_SECONDS = 10.0
"""Seconds to wait for other writers: many agents on a slow disk need some. Shorter than a
push's lease, which must still hold when its outcome is written."""

_LOG_INDEX = "-shm"
_KIND, _FILE = 0o170000, 0o100000
"""S_IFMT and S_IFREG, which `os` has not, and `stat` would be one import more."""


class FileFacts(NamedTuple):
    """A file's identity and its log index's, by device and inode; its size and time of change."""

    file: tuple[int, int]
    log_index: tuple[int, int] | None
    written: int
    size: int


class Connection(NamedTuple):
    """A connection to a registry, and what was known of the file when it was opened.

    `revision` is 0 for a file that is not marked as a registry. `frozen` says why nothing
    can be written; then the file is read as it was, without looking for other processes.
    """

    engine: sqlite3.Connection
    revision: int
    facts: FileFacts
    frozen: str


def connect(path: str, *, make: bool) -> Connection:
    """Open the file at an absolute path; a missing one is created if `make`, else RegistryGone.

    It is opened for reading alone if neither it nor its folder can be written, or the disk
    is full, unless its log holds changes that only a writer can take in. Raises
    RegistryError.
    """
    with reporting(path):
        _make_private(path, make)
        _refuse_truncated(path)
        displaced.close_returned(path)
        engine = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        frozen = ""
        try:
            revision = _prepare(engine)
        except sqlite3.OperationalError as error:
            engine.close()
            if _is_about_locks(error) or _size(beside(path, LOG)):
                raise
            frozen = _why_frozen(path, error)
            engine, revision = _frozen(path)
        except BaseException:
            engine.close()
            raise
        known = facts(path)
    if known is None:
        displaced.leave(path, None, engine)
        raise gone(path)
    if not (known.log_index or frozen or revision != HEAD):
        displaced.leave(path, known.file, engine)  # another took its place meanwhile
        raise replaced(path)
    return Connection(engine, revision, known, frozen)


def copy(engine: sqlite3.Connection, path: str) -> None:
    """Copy what a connection reads into the file at `path`, as of one moment."""
    target = sqlite3.connect(path)
    try:
        engine.backup(target)
    finally:
        target.close()


def gone(path: str) -> RegistryGone:
    """The error for a file that no longer exists."""
    return RegistryGone(f"registry {path} is gone: put it back where it was.")


def replaced(path: str) -> RegistryGone:
    """The error of a file that has taken the place of the one that was opened."""
    return RegistryGone(f"registry {path} was replaced by another file.")


def facts(path: str) -> FileFacts | None:
    """The facts of the file at `path`; None if there is none, or it cannot be examined."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return FileFacts(
        (status.st_dev, status.st_ino),
        _inode(beside(path, _LOG_INDEX)),
        status.st_mtime_ns,
        status.st_size,
    )


def _inode(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _make_private(path: str, make: bool) -> None:
    """Create the file with mode 0600 in a folder with 0700: messages are private.

    Raises RegistryError for a relative path, which would mean another file in each folder,
    and for what is no file: SQLite would try to write its own beside a device.
    """
    if not os.path.isabs(path):
        raise RegistryError(f"cannot open registry {path}: its path is relative.")
    try:
        is_file = os.stat(path).st_mode & _KIND == _FILE
    except OSError:
        pass
    else:
        if not is_file:
            raise RegistryError(f"cannot open registry {path}: it is no file.")
        return
    if not make:
        raise gone(path)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _refuse_truncated(path: str) -> None:
    """An empty file that has a log was cut off; SQLite would drop the log as well."""
    if not _size(path) and os.path.exists(beside(path, LOG)):
        raise RegistryError(f"registry {path} was cut off: it is empty.")


def _prepare(engine: sqlite3.Connection) -> int:
    """Set a connection up, and return the file's revision: 0 if it is not marked as a registry."""
    (revision,) = engine.execute("PRAGMA user_version").fetchone()
    (mark,) = engine.execute("PRAGMA application_id").fetchone()
    ours = mark == APPLICATION_ID
    if revision <= HEAD if ours else _is_empty(engine):
        _use_wal(engine)
    return int(revision) if ours else 0


def _is_empty(engine: sqlite3.Connection) -> bool:
    return engine.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _frozen(path: str) -> tuple[sqlite3.Connection, int]:
    from urllib.parse import quote  # seldom needed

    uri = f"file:{quote(path)}?mode=ro&immutable=1"
    engine = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        (revision,) = engine.execute("PRAGMA user_version").fetchone()
        (mark,) = engine.execute("PRAGMA application_id").fetchone()
    except BaseException:
        engine.close()
        raise
    return engine, int(revision) if mark == APPLICATION_ID else 0


def _use_wal(engine: sqlite3.Connection) -> None:
    """Switch a file to WAL, trying until the busy timeout, which SQLite ignores for this."""
    if engine.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            engine.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline or not _is_about_locks(error):
                raise
            time.sleep(0.01)
        else:
            _is_empty(engine)  # the first read makes the log
            return


class reporting:  # noqa: N801  # used as a function is
    """Turn exceptions of the engine or the system about `path` into a RegistryError."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if isinstance(error, FAILURES):
            raise failure(self._path, error) from None


FAILURES = (sqlite3.OperationalError, sqlite3.DatabaseError, OSError)
"""Exceptions that an engine's calls may raise."""


def failure(path: str, error: Exception, frozen: str = "") -> RegistryError:
    """The RegistryError for an exception of the engine or the system about `path`.

    `frozen` says why the file was opened for reading alone; it explains a refused write. A
    RegistryError is returned as it is.
    """
    from cafleet_core.storage import sqlite_errors  # most files are sound

    return sqlite_errors.registry_error(path, error, frozen, BUSY_SECONDS)


def _why_frozen(path: str, error: sqlite3.OperationalError) -> str:
    from cafleet_core.storage import sqlite_errors  # most files can be written

    return sqlite_errors.why_frozen(path, error, BUSY_SECONDS)


def _is_about_locks(error: sqlite3.Error) -> bool:
    return "locked" in str(error) or "busy" in str(error)
