"""A thread that reads the registry, and survives its troubles."""

from __future__ import annotations

import threading
from contextlib import closing

from cafleet_core.errors import CafleetError
from cafleet_tui.data import error_words
from cafleet_tui.data.source import OpenSource, Source
from cafleet_tui.data.updates import FeedRecovered, FeedTrouble, Receiver

RETRY_AFTER = 1.0
"""Seconds to wait before a registry in trouble is opened again."""


class Reader(threading.Thread):
    """A thread with a source of its own; it posts trouble, and reopens the registry."""

    def __init__(
        self, name: str, open_source: OpenSource, session_id: str, receiver: Receiver
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._open_source = open_source
        self._session_id = session_id
        self._receiver = receiver
        self._stopping = threading.Event()
        self._troubled = False

    def run(self) -> None:
        """Read until `stop`; post trouble if an unexpected exception ends it sooner."""
        try:
            self._read_through_troubles()
        finally:
            if not self._stopping.is_set():
                self._trouble("Reading has stopped; open the control room again.")

    def _read_through_troubles(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(self._open_source()) as source:
                    self._read(source)
            except CafleetError as error:
                self._trouble(error_words.words(error))
                self._stopping.wait(RETRY_AFTER)

    def stop(self, timeout: float = 2.0) -> None:
        """End the thread, waiting for it no longer than `timeout` seconds."""
        self._stopping.set()
        self._rouse()
        if self.is_alive():
            self.join(timeout)

    def _read(self, source: Source) -> None:
        raise NotImplementedError

    def _rouse(self) -> None:
        """Have the thread look at once at what it was told."""
        raise NotImplementedError

    def _trouble(self, text: str) -> None:
        self._troubled = True
        self._receiver.post_message(FeedTrouble(text, self.name))

    def _recover(self) -> None:
        if self._troubled:
            self._troubled = False
            self._receiver.post_message(FeedRecovered(self.name))
