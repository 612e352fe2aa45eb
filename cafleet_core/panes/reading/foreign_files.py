"""Read files that other programs write: half-written, huge, or no regular files."""

from __future__ import annotations

import os
import stat

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_LARGEST = 1 << 20
"""Bytes up to which a document is read; a larger one counts as none."""

_TAIL = 1 << 16
"""Bytes at the end of a log that are read; a refused turn takes some 3,000."""


def document(path: str) -> dict[str, Any]:
    """The JSON object in a file; empty if the file is missing, half-written or something else."""
    try:
        text, start = _end_of(path, _LARGEST)
    except OSError:
        return {}
    return {} if start else _object(text)


def newest_entries(
    path: str, *marks: bytes, tail: int = _TAIL
) -> Iterator[dict[str, Any]]:
    """The JSON objects in the last lines of a log that hold one of `marks`, newest first.

    They are looked for in the last `tail` bytes.
    """
    try:
        text, start = _end_of(path, tail)
    except OSError:
        return
    lines = text.split(b"\n")
    for line in reversed(lines[1:] if start else lines):
        if any(mark in line for mark in marks) and (entry := _object(line)):
            yield entry


def first_entry(path: str) -> dict[str, Any]:
    """The JSON object in the first line of a log; empty if it holds something else."""
    try:
        with open(path, "rb", buffering=0, opener=_without_waiting) as file:
            return _object(file.read(_LARGEST).partition(b"\n")[0])
    except OSError:
        return {}


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def _object(text: bytes) -> dict[str, Any]:
    import json  # most looks find no such file

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _end_of(path: str, size: int) -> tuple[bytes, int]:
    """The last `size` bytes of a regular file, and where they start; raises OSError.

    No other kind of file is kept open: a pipe would block its reader.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(path)
        start = max(0, status.st_size - size)
        return os.pread(descriptor, size, start), start
    finally:
        os.close(descriptor)
