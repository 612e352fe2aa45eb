"""Read a TOML file that somebody has written: an ordinary one, of a size that one can write."""

from __future__ import annotations

import errno
import os
import stat

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_LONGEST = 2**20


def text(path: str) -> str:
    """The text of a regular file; a pipe or device is neither waited for nor read.

    Raises OSError, or ValueError for a text that is not UTF-8 or over a megabyte.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file", path)
        content = file.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        raise ValueError("it is over 1 MB")
    return content.decode("utf-8").replace("\r\n", "\n")


def parsed(words: str) -> dict[str, Any]:
    """The document in a text; raises ValueError where it is none."""
    if not words.strip():
        return {}
    import tomllib  # most users have no file

    try:
        return tomllib.loads(words)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
