"""Read, back up and atomically replace a user's text files."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from cafleet_core import clock
from cafleet_core.errors import InvalidSetting, Refused


def read(path: str) -> str | None:
    """The text of a file with its line ends; None if there is no file.

    Raises InvalidSetting, naming the file, if it cannot be read as text.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise InvalidSetting(f"{path} is not UTF-8 text.") from None
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be read: {error.strerror}.") from None


def write(path: str, before: str | None, after: str | None) -> None:
    """Replace a file's text atomically, or delete the file if `after` is None.

    Follows links and keeps the file's mode. Raises Refused if the file cannot be
    written, or its text is no longer `before`.
    """
    real = os.path.realpath(path)
    if read(path) != before:
        raise Refused(f"{path} was changed by someone else meanwhile.")
    try:
        if after is None:
            os.unlink(real)
        else:
            _replace(real, after)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from None


def back_up(path: str, text: str) -> str:
    """Write a copy beside the file, with its mode; the copy's path. Raises Refused."""
    stamp = clock.now().strftime("%Y%m%dT%H%M%S.%f")
    copy = f"{os.path.realpath(path)}.cafleet-{stamp}.bak"
    try:
        _create(copy, text, _mode(os.path.realpath(path)))
    except OSError as error:
        raise Refused(f"{copy} cannot be written: {error.strerror}.") from None
    return copy


def tidy(path: str, home: str) -> None:
    """Delete the empty folders above a deleted file, below `home`."""
    folder = os.path.dirname(path)
    with suppress(OSError):  # it is not empty
        while folder.startswith(home + os.sep):
            os.rmdir(folder)
            folder = os.path.dirname(folder)


def _replace(real: str, text: str) -> None:
    os.makedirs(os.path.dirname(real), exist_ok=True)
    part = f"{real}.cafleet-{os.getpid()}.part"
    try:
        _create(part, text, _mode(real))
        os.replace(part, real)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)


def _create(path: str, text: str, mode: int | None) -> None:
    with open(path, "x", encoding="utf-8", newline="") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _mode(path: str) -> int | None:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        return None
