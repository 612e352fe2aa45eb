"""The last searches, in a file of the state folder, one a line, the newest last."""

from __future__ import annotations

import os
from contextlib import suppress

KEPT = 50


def path_of(folder: str) -> str:
    """The path of the file."""
    return os.path.join(folder, "searches")


def read(path: str) -> tuple[str, ...]:
    """The searches; none if the file is missing or not text."""
    with suppress(OSError, ValueError), open(path, encoding="utf-8") as file:
        return tuple(line for line in file.read(100_000).splitlines() if line)[-KEPT:]
    return ()


def keep(path: str, search: str) -> tuple[str, ...]:
    """Put a search at the end of the file, once; all that are kept."""
    kept = (*(each for each in read(path) if each != search), search)[-KEPT:]
    new = f"{path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(kept))
        os.replace(new, path)
    return kept
