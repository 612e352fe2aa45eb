"""Comments that are not sent yet, in a file of the state folder, so that a crash loses none."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from cafleet_core.comments import Comment, Side


def path_of(folder: str, session_id: str) -> str:
    """The path of this session's file."""
    return os.path.join(folder, "reviews", f"{session_id}.json")


class ReviewDrafts:
    """The comments that the human has written on agents' changes, by agent id.

    `load` reads them from the file at `path`, and threads write them to it, the newest last;
    without one they are kept for as long as this lives.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._known: dict[str, tuple[Comment, ...]] | None = None
        self._writing = threading.Lock()

    def load(self) -> None:
        """Read what an earlier run has kept, once; it may block."""
        with self._writing:
            if self._known is None:
                self._known = dict(_read(self._path)) if self._path else {}

    def of(self, agent_id: str) -> tuple[Comment, ...]:
        """What is said of this agent's changes, once that is loaded."""
        return (self._known or {}).get(agent_id, ())

    def keep(self, agent_id: str, comments: Sequence[Comment]) -> None:
        """Keep these in the place of the earlier ones, which are loaded."""
        known = {**(self._known or {}), agent_id: tuple(comments)}
        self._known = {each: said for each, said in known.items() if said}
        if self._path:
            threading.Thread(target=self._write, name="cafleet-reviews").start()

    def _write(self) -> None:
        with self._writing, suppress(OSError):
            _write(str(self._path), self._known or {})


def _read(path: str) -> Mapping[str, tuple[Comment, ...]]:
    """The comments in the file; none if it is missing or not in our format."""
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        return {
            str(agent_id): tuple(_comment(*row) for row in rows)
            for agent_id, rows in kept.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _comment(
    number: int, path: str, line: int, side: str, said: str, _: object
) -> Comment:
    return Comment(int(number), str(path), int(line), Side(side), str(said))


def _write(path: str, known: Mapping[str, Sequence[Comment]]) -> None:
    """Replace the file atomically, or remove it if there are no comments."""
    if not known:
        with suppress(FileNotFoundError):
            os.remove(path)
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    new = f"{path}.{os.getpid()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
