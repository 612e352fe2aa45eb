"""Keeping what is written but not sent, so that a crash loses none of it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from typing import NamedTuple

from textual.message import Message

from cafleet_tui.data.updates import Room

SETTLE = 0.2
"""Seconds for which changes are gathered before they are stored."""


class Writing(NamedTuple):
    """What was written, and the id of the message that it answers."""

    text: str
    reply_to: str | None = None


class DraftFound(Message):
    """What an earlier run of the room left unsent."""

    def __init__(self, writings: tuple[Writing, ...]) -> None:
        super().__init__()
        self.writings = writings


class DraftUnkept(Message):
    """The draft cannot be stored at present; `reason` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def path_of(folder: str, session_id: str) -> str:
    """The file that keeps the drafts of this session."""
    return os.path.join(folder, "drafts", f"{session_id}.json")


class DraftKeeper(threading.Thread):
    """Posts `DraftFound` once, then stores the newest `keep`, replacing the file in one go.

    The file is its owner's alone, and is removed when nothing is left to keep.
    """

    def __init__(self, path: str, room: Room) -> None:
        super().__init__(name="cafleet-drafts", daemon=True)
        self._path = path
        self._room = room
        self._wanted: tuple[Writing, ...] = ()
        self._news = threading.Event()
        self._stopping = threading.Event()

    def keep(self, writings: Sequence[Writing]) -> None:
        """These are what is not sent yet."""
        self._wanted = tuple(writings)
        self._news.set()

    def stop(self, timeout: float = 2.0) -> None:
        """Store what is outstanding and end, waiting no longer than `timeout` seconds."""
        self._stopping.set()
        self._news.set()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Tell what is there, then follow what is wanted."""
        found = read(self._path)
        if found:
            self._room.post_message(DraftFound(found))
        self._wanted = self._wanted or found
        stored = found
        while True:
            self._news.wait()
            self._stopping.wait(SETTLE)
            self._news.clear()
            if self._wanted != stored:
                stored = self._wanted
                self._store(stored)
            if self._stopping.is_set():
                return

    def _store(self, writings: tuple[Writing, ...]) -> None:
        try:
            write(self._path, writings)
        except OSError as error:
            self._room.post_message(DraftUnkept(error.strerror or "disk trouble"))


def read(path: str) -> tuple[Writing, ...]:
    """What the file keeps; nothing where it is missing, or is no file of ours."""
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        return tuple(Writing(str(text), reply and str(reply)) for text, reply in kept)
    except (OSError, ValueError, TypeError):
        return ()


def write(path: str, writings: Sequence[Writing]) -> None:
    """Replace the file in one step, or remove it where there is nothing to keep."""
    if not writings:
        if os.path.exists(path):
            os.remove(path)
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    new = f"{path}.{os.getpid()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(writings, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError:
        os.unlink(new)
        raise
