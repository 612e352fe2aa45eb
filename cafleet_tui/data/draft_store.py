"""Store unsent drafts in a file, so that a crash loses none."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from typing import NamedTuple

from textual.message import Message

from cafleet_tui.data.updates import Receiver

SETTLE = 0.2
"""Seconds for which changes are collected before they are stored."""


class SavedDraft(NamedTuple):
    """An unsent text, the id of the message that it answers, and the id that it will get.

    Once the registry has a message with `task_id`, the text is sent, whatever the file
    says.
    """

    text: str
    reply_to: str | None = None
    task_id: str | None = None


class DraftFound(Message):
    """The unsent drafts of an earlier run."""

    def __init__(self, drafts: tuple[SavedDraft, ...]) -> None:
        super().__init__()
        self.drafts = drafts


class DraftUnkept(Message):
    """The drafts cannot be stored at present; `reason` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def path_of(folder: str, session_id: str) -> str:
    """The path of this session's file of drafts."""
    return os.path.join(folder, "drafts", f"{session_id}.json")


class DraftStore(threading.Thread):
    """Posts `DraftFound` once, then stores the newest `keep`, replacing the file atomically.

    The file is its owner's alone, and is removed when nothing is left to keep.
    """

    def __init__(self, path: str, receiver: Receiver) -> None:
        super().__init__(name="cafleet-drafts", daemon=True)
        self._path = path
        self._receiver = receiver
        self._wanted: tuple[SavedDraft, ...] = ()
        self._changed = threading.Event()
        self._stopping = threading.Event()

    def keep(self, drafts: Sequence[SavedDraft]) -> None:
        """Store these drafts in the place of the earlier ones."""
        self._wanted = tuple(drafts)
        self._changed.set()

    def stop(self, timeout: float = 2.0) -> None:
        """Store pending changes and end, waiting no longer than `timeout` seconds."""
        self._stopping.set()
        self._changed.set()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Post the stored drafts, then store whatever `keep` is given."""
        stored = read(self._path)
        if stored:
            self._receiver.post_message(DraftFound(stored))
        self._wanted = self._wanted or stored
        while True:
            self._changed.wait()
            self._stopping.wait(SETTLE)
            self._changed.clear()
            if self._wanted != stored:
                stored = self._wanted
                self._store(stored)
            if self._stopping.is_set():
                return

    def _store(self, drafts: tuple[SavedDraft, ...]) -> None:
        try:
            write(self._path, drafts)
        except OSError as error:
            self._receiver.post_message(DraftUnkept(error.strerror or "disk trouble"))


def read(path: str) -> tuple[SavedDraft, ...]:
    """The drafts in the file; none if it is missing or not in our format."""
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        return tuple(_draft(*row) for row in kept if isinstance(row, list))
    except (OSError, ValueError, TypeError):
        return ()


def _draft(text: object, *known_ids: object) -> SavedDraft:
    return SavedDraft(str(text), *(str(each) if each else None for each in known_ids))


def write(path: str, drafts: Sequence[SavedDraft]) -> None:
    """Replace the file atomically, or remove it if there are no drafts."""
    if not drafts:
        if os.path.exists(path):
            os.remove(path)
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    new = f"{path}.{os.getpid()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(drafts, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError:
        os.unlink(new)
        raise
