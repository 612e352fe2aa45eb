"""The failures of a SQLite file in plain words, which quote neither SQL nor data."""

from __future__ import annotations

import os
import os.path

from cafleet_core.errors import RegistryError, RegistryGone
from cafleet_core.storage.engine import sqlite3

_NO_ROOM = ("SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMMAP")


def registry_error(
    path: str, error: Exception, frozen: str, busy_seconds: float
) -> RegistryError:
    """See `sqlite_file.failure`; `busy_seconds` is how long a lock was waited for."""
    if isinstance(error, RegistryError):
        return error
    if isinstance(error, sqlite3.OperationalError):
        if frozen and "readonly" in str(error):
            return RegistryError(frozen)
        return RegistryError(_operational(path, error, busy_seconds))
    if isinstance(error, OSError):
        return RegistryError(f"cannot open registry {path}: {error.strerror}.")
    if _is_empty(path):
        return RegistryGone(f"registry {path} was cut off: it is empty.")
    return RegistryError(f"registry {path} is damaged or no registry: {_kind(error)}.")


def why_frozen(path: str, error: sqlite3.OperationalError, busy_seconds: float) -> str:
    """Why a file can be read and not written, by the error of the attempt."""
    if "unable to open" in str(error):
        return f"registry {path} is read-only: its folder may not be written from here."
    return _operational(path, error, busy_seconds)


def _operational(
    path: str, error: sqlite3.OperationalError, busy_seconds: float
) -> str:
    said = str(error)
    if "locked" in said or "busy" in said:
        return f"registry {path} is busy: another process has held it for {busy_seconds:.0f} s."
    if "readonly" in said:
        return f"registry {path} is read-only."
    if "full" in said or (_kind(error) in _NO_ROOM and _is_full(path)):
        return f"registry {path}: the disk is full."
    if "unable to open" in said:
        folder = os.path.dirname(os.path.realpath(path))
        if not os.access(folder, os.W_OK):
            return (
                f"cannot open registry {path}: its folder may not be written from here."
            )
        return f"cannot open registry {path}."
    if "disk I/O" in said:
        return f"registry {path} cannot be read or written: {_kind(error)}."
    return f"registry {path} cannot be used; see 'cafleet doctor'."


def _is_empty(path: str) -> bool:
    try:
        return os.stat(path).st_size == 0
    except OSError:
        return False


def _is_full(path: str) -> bool:
    try:
        disk = os.statvfs(os.path.dirname(path))
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < 65536


def _kind(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", type(error).__name__)
