"""Which processes of this machine work in a folder."""

from __future__ import annotations

import os

_PROC = "/proc"


def processes(folder: str) -> list[int]:
    """The processes whose working folder is in this one; none where the system does not tell."""
    inside = []
    top = os.path.realpath(folder)
    try:
        names = os.listdir(_PROC)
    except OSError:
        return []
    for name in names:
        if not name.isdigit():
            continue
        try:
            where = os.readlink(f"{_PROC}/{name}/cwd")
        except OSError:
            continue  # it has ended, or is another user's
        if contains(top, where):
            inside.append(int(name))
    return sorted(inside)


def contains(top: str, path: str) -> bool:
    """Whether a path is a folder or in it; both are without links."""
    return path == top or path.startswith(top.rstrip("/") + "/")
