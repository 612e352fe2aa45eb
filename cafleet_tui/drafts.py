"""What was written and not sent, a file a session: it survives the program, however that ends."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cafleet_core import config
from cafleet_core.text import sanitise

_LONGEST = 1_000_000


def read(session_id: str) -> str:
    """What was kept last, empty where there is nothing or it cannot be read."""
    try:
        with open(_path(session_id), encoding="utf-8", errors="replace") as file:
            return sanitise(file.read(_LONGEST))
    except OSError:
        return ""


def keep(session_id: str, words: str) -> None:
    """Keep `words` in the place of what was kept before; nothing at all for none.

    The file is the user's alone. A disk that refuses loses the safety, not the draft.
    """
    path = _path(session_id)
    with contextlib.suppress(OSError):
        if not words.strip():
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(words)
        beside.replace(path)


def _path(session_id: str) -> Path:
    return Path(config.state_folder(os.environ), "drafts", session_id)
