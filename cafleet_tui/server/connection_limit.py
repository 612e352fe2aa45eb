"""Limit the accepted connections without an admitted request.

Any process that reaches the port can open connections; they must not keep the human out.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

MOST_WAITING = 64
"""The most connections without an admitted request; a new one closes the oldest."""

PATIENCE = 10.0
"""Seconds within which a connection must bring an admitted request."""

_NO_FILES_LEFT_PAUSE = 0.05

Protocols = Callable[[], asyncio.Protocol]


class ConnectionLimit:
    """Accepts connections, and closes those without an admitted request.

    `overrun` is called each time that a connection is closed for a new one.
    """

    def __init__(self, overrun: Callable[[], None]) -> None:
        self._overrun = overrun
        self._waiting: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}

    async def keep(self, listening: socket.socket, protocols: Protocols) -> None:
        """Accept connections until cancelled; `protocols` makes the protocol of each."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listening)
            except OSError:  # no file descriptor is left: close the oldest connection
                self._close_oldest()
                await asyncio.sleep(_NO_FILES_LEFT_PAUSE)
                continue
            with suppress(OSError):
                transport, _ = await loop.connect_accepted_socket(protocols, connection)
                self._enter(transport)

    def admit(self, transport: asyncio.BaseTransport | None) -> None:
        """Exempt a connection, whose request was admitted, from the limits."""
        timer = self._waiting.pop(transport, None) if transport else None
        if timer:
            timer.cancel()

    def _enter(self, transport: asyncio.BaseTransport) -> None:
        self._waiting = {
            known: timer
            for known, timer in self._waiting.items()
            if not known.is_closing()
        }
        if len(self._waiting) >= MOST_WAITING:
            self._close_oldest()
        loop = asyncio.get_running_loop()
        self._waiting[transport] = loop.call_later(PATIENCE, self._close, transport)

    def _close_oldest(self) -> None:
        self._overrun()
        if self._waiting:
            self._close(next(iter(self._waiting)))

    def _close(self, transport: asyncio.BaseTransport) -> None:
        self.admit(transport)
        if isinstance(transport, asyncio.Transport):
            transport.abort()
