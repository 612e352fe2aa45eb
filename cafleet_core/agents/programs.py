"""Find a program on PATH. `shutil` does it too, but costs a tenth of a command to import."""

from __future__ import annotations

import os


def which(program: str, path: str | None = None) -> str | None:
    """The file that a shell would run for `program`, or None.

    `path` is a PATH, by default this process's.
    """
    if os.sep in program:
        folders = [""]
    else:
        path = os.environ.get("PATH", os.defpath) if path is None else path
        folders = path.split(os.pathsep)
    for folder in folders:
        file = os.path.join(folder, program)
        if os.path.isfile(file) and os.access(file, os.X_OK):
            return file
    return None
