"""Reading files that other programs write: half-written, huge or no files at all."""

from __future__ import annotations

import os
import stat

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_LARGEST = 1 << 20
"""Bytes of a document that are read: one that is larger is none."""

_TAIL = 1 << 16
"""Bytes at the end of a log that are read; a turn that was refused takes some 3,000."""


def document(path: str) -> dict[str, Any]:
    """The JSON object in a file; empty where it is missing, being written, or none."""
    try:
        text, start = _end_of(path, _LARGEST)
    except OSError:
        return {}
    return {} if start else _object(text)


def newest_entries(path: str, *marks: bytes) -> Iterator[dict[str, Any]]:
    """The JSON objects in the last lines of a log that hold one of `marks`, newest first."""
    try:
        text, start = _end_of(path, _TAIL)
    except OSError:
        return
    lines = text.split(b"\n")
    for line in reversed(lines[1:] if start else lines):
        if any(mark in line for mark in marks) and (entry := _object(line)):
            yield entry


def _object(text: bytes) -> dict[str, Any]:
    import json  # most looks meet no such file

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _end_of(path: str, size: int) -> tuple[bytes, int]:
    """The last `size` bytes of an ordinary file, and where they start; raises OSError.

    Nothing else is opened for good: a pipe would keep its reader waiting.
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
