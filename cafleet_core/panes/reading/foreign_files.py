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

_LATEST = 1 << 46
"""Milliseconds beyond which a time is none: some two thousand years."""

_TAIL = 1 << 16
"""Bytes at the end of a log that are read; a refused turn takes some 3,000."""


def document(path: str) -> dict[str, Any]:
    """The JSON object in a file; empty if the file is missing, half-written or something else."""
    try:
        text, start = _end_of(path, _LARGEST)
    except OSError:
        return {}
    return {} if start else parsed(text)


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
        if any(mark in line for mark in marks) and (entry := parsed(line)):
            yield entry


def first_entry(path: str) -> dict[str, Any]:
    """The JSON object in the first line of a log; empty if it holds something else."""
    text, _ = beginning_at(path, 0, _LARGEST)
    return parsed(text.partition(b"\n")[0])


def parsed(text: bytes) -> dict[str, Any]:
    """The JSON object that a text is; empty for anything else."""
    import json  # most looks find no such file

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def names(folder: str) -> list[str]:
    """The names in a folder; none where it cannot be read."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def named_for(folder: str) -> str:
    """The name that Claude Code, and what was made after it, gives a folder about another one."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in folder)


def seconds(milliseconds: object) -> float:
    """A time in seconds; 0 for none, or one that is not credible."""
    if isinstance(milliseconds, int) and 0 < milliseconds < _LATEST:
        return milliseconds / 1000
    return 0.0


def written_at(path: str) -> float:
    """When a file was last written, in epoch seconds; 0 where that is not told."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


def logs_since(folder: str, since: float) -> Iterator[str]:
    """The logs in a folder that were written after `since`, in epoch seconds."""
    for name in names(folder):
        path = os.path.join(folder, name)
        if name.endswith(".jsonl") and written_at(path) >= since:
            yield path


def beginning_at(path: str, offset: int, most: int) -> tuple[bytes, int]:
    """Up to `most` bytes of a log from an offset on, and where they start.

    They start at 0 where the log is shorter than that by now: it was written anew. A log
    that cannot be read has none.
    """
    try:
        descriptor, size = _opened(path)
    except (OSError, ValueError):
        return b"", offset
    try:
        start = offset if offset <= size else 0
        return os.pread(descriptor, most, start), start
    except OSError:
        return b"", offset
    finally:
        os.close(descriptor)


def _end_of(path: str, size: int) -> tuple[bytes, int]:
    """The last `size` bytes of a regular file, and where they start; raises OSError."""
    descriptor, length = _opened(path)
    try:
        start = max(0, length - size)
        return os.pread(descriptor, size, start), start
    finally:
        os.close(descriptor)


def _opened(path: str) -> tuple[int, int]:
    """A descriptor of a regular file, and the file's length; raises OSError.

    No other kind of file is kept open: a pipe would block its reader.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(path)
    return descriptor, status.st_size
