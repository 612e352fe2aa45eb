"""Write the human's acks once the time to undo them is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple

from textual.message import Message

from cafleet_core.errors import CafleetError, Internal
from cafleet_core.records import Session
from cafleet_core.views import Entry
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.updates import Receiver

UNDO_SECONDS = 10.0
"""Seconds in which an ack can be undone; until they are over, the registry knows nothing of it."""


class AcksWritten(Message):
    """The acks of these messages are in the registry, or they were settled meanwhile."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        super().__init__()
        self.entries = entries


class AcksFailed(Message):
    """These messages are unacked still; `reason` says why in one line."""

    def __init__(self, entries: tuple[Entry, ...], reason: str) -> None:
        super().__init__()
        self.entries = entries
        self.reason = reason


class _Batch(NamedTuple):
    entries: tuple[Entry, ...]
    due: float


class AckQueue(threading.Thread):
    """Keeps acks for `UNDO_SECONDS`, then writes them and posts what became of them.

    The thread starts with the first ack. One that is killed has acked nothing: its messages
    stay unacked.
    """

    def __init__(
        self, open_source: OpenSource, session: Session, receiver: Receiver
    ) -> None:
        super().__init__(name="cafleet-acks", daemon=True)
        self._open_source = open_source
        self._session = session
        self._receiver = receiver
        self._changed = threading.Condition()
        self._waiting: list[_Batch] = []
        self._written: set[str] = set()
        self._stopping = False

    def put(self, entries: Sequence[Entry]) -> None:
        """Ack these messages together once their time is over."""
        with self._changed:
            due = time.monotonic() + UNDO_SECONDS
            self._waiting.append(_Batch(tuple(entries), due))
            self._changed.notify()
        if self.ident is None:
            self.start()

    def take_back(self) -> tuple[Entry, ...]:
        """Undo the newest ack that is not written; its messages, or none if there is none."""
        with self._changed:
            return self._waiting.pop().entries if self._waiting else ()

    def left(self) -> dict[str, float]:
        """The messages being acked, by task id, each with the seconds left to undo that.

        Those that are written are among them, until `end`.
        """
        with self._changed:
            now = time.monotonic()
            return dict.fromkeys(self._written, 0.0) | {
                entry.task_id: max(0.0, batch.due - now)
                for batch in self._waiting
                for entry in batch.entries
            }

    def end(self, entries: Sequence[Entry]) -> None:
        """Name these messages in `left` no longer: what became of them is known."""
        with self._changed:
            self._written -= {entry.task_id for entry in entries}

    def stop(self, timeout: float = 2.0) -> None:
        """Write at once what is kept, and end, waiting no longer than `timeout` seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Write each ack in its time, until `stop`."""
        while batch := self._next():
            self._write(batch.entries)

    def _next(self) -> _Batch | None:
        """The next ack, once it is due; None at the end."""
        with self._changed:
            while not self._stopping or self._waiting:
                if self._waiting and (self._stopping or self._is_due(self._waiting[0])):
                    batch = self._waiting.pop(0)
                    self._written |= {entry.task_id for entry in batch.entries}
                    return batch
                self._changed.wait(self._pause())
        return None

    def _pause(self) -> float | None:
        """Seconds until the oldest ack is due; None while there is none."""
        if not self._waiting:
            return None
        return max(0.0, self._waiting[0].due - time.monotonic())

    @staticmethod
    def _is_due(batch: _Batch) -> bool:
        return batch.due <= time.monotonic()

    def _write(self, entries: tuple[Entry, ...]) -> None:
        outcome: Message = AcksWritten(entries)
        try:
            with closing(self._open_source()) as source:
                source.ack_those(self._session, entries)
        except CafleetError as error:
            outcome = AcksFailed(entries, error.message)
        except Exception as error:  # noqa: BLE001  # the thread must go on, and say so
            outcome = AcksFailed(entries, Internal(type(error).__name__).message)
        self._receiver.post_message(outcome)
