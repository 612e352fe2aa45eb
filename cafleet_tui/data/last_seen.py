"""When the human was last in a session's control room, in a file of the state folder."""

from __future__ import annotations

import os
from contextlib import suppress

from cafleet_core import clock


def path_of(folder: str, session_id: str) -> str:
    """The path of this session's file."""
    return os.path.join(folder, "seen", session_id)


def read(path: str) -> str | None:
    """The stamp in the file; None if there is none, or it is no time."""
    with suppress(OSError, ValueError):
        with open(path, encoding="ascii") as file:
            stamp = file.read(64).strip()
        clock.parse(stamp)
        return stamp
    return None


def write(path: str, stamp: str) -> None:
    """Keep a stamp; where that is impossible, the earlier one stays."""
    new = f"{path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(new, "w", encoding="ascii") as file:
            file.write(stamp)
        os.replace(new, path)
