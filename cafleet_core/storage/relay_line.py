"""A command's line to the host process: it asks, and awaits each answer with patience."""

from __future__ import annotations

import _socket
import time

from cafleet_core.errors import CommitUnknown, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import relay_wire as wire

if TYPE_CHECKING:
    from typing import Any

_ANSWERED_SECONDS = 15.0
"""Longer than any lock is waited for at the server."""

_SILENT_SECONDS = 2.5
"""Seconds without an answer after which the host process must greet, or counts as stopped."""


class HostProcessEnded(RegistryError):
    """The host process is gone, or has stopped: it answers no more."""


class Line:
    """A connection to the host process that serves the registry at a URL."""

    def __init__(self, peer: _socket.socket, url: str, where: str) -> None:
        self._peer = peer
        self._url = url
        self._where = where
        self.has_ended = False
        """Whether an answer has not come; none does from then on."""

    def ask(self, verb: str, *arguments: object) -> Any:
        """The answer to a call; raises RegistryError with the server's words.

        Raises HostProcessEnded where none comes: what was asked for may have been done.
        """
        self._peer.settimeout(_SILENT_SECONDS)
        try:
            wire.send(self._peer, (verb, *arguments))
            self._await_answer()
            refused, answer = wire.receive(self._peer)
        except (OSError, EOFError, ValueError, TypeError):
            self.has_ended = True
            raise HostProcessEnded(
                f"registry {self._where}: the host process has ended, or is silent."
            ) from None
        if refused:
            kind = CommitUnknown if refused == CommitUnknown.__name__ else RegistryError
            raise kind(str(answer))
        return answer

    def unknown(self) -> CommitUnknown:
        """The error that nobody can tell whether a change was kept."""
        return CommitUnknown(
            f"registry {self._where}: the host process has ended, or is silent, during a"
            " change: whether it was kept is not known; look before you repeat it."
        )

    def close(self) -> None:
        """End it."""
        self._peer.close()

    def _await_answer(self) -> None:
        """Raise TimeoutError where none comes, or the host process has stopped meanwhile."""
        deadline = time.monotonic() + _ANSWERED_SECONDS
        while True:
            try:
                self._peer.recv(1, _socket.MSG_PEEK)
            except TimeoutError:
                if time.monotonic() > deadline or not wire.greets(wire.path(self._url)):
                    raise
            else:
                return
