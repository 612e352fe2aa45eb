"""Keep the report of an unexpected exception for whoever debugs it."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.config import folders

_NAME = "crash.txt"


def keep(error: BaseException) -> str | None:
    """Write the traceback to a private file, the last one only; its path, or None."""
    import traceback

    story = text.sanitise("".join(traceback.format_exception(error)))
    folder = folders.state_folder(os.environ)
    path = os.path.join(folder, _NAME)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(path, "w", encoding="utf-8", opener=_private) as file:
            file.write(story)
    except OSError:
        return None
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
