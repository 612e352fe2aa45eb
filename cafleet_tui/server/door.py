"""Connections from the moment they are accepted: few at once may wait without a good request.

Whoever reaches the port can open connections; none of them may keep the human out.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

MOST_WAITING = 64
"""Connections without a request that was let in; the oldest gives way to a new one."""

PATIENCE = 10.0
"""Seconds in which a connection must have brought a request that is let in."""

_NO_FILES_LEFT_PAUSE = 0.05

Protocols = Callable[[], asyncio.Protocol]


class Door:
    """Accepts connections, and closes those that bring nothing.

    `overrun` is called each time that a connection has to give way.
    """

    def __init__(self, overrun: Callable[[], None]) -> None:
        self._overrun = overrun
        self._waiting: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}

    async def keep(self, listening: socket.socket, protocols: Protocols) -> None:
        """Accept for ever; `protocols` makes what speaks on each connection."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listening)
            except OSError:  # no file is left for it: somebody has to give way
                self._close_oldest()
                await asyncio.sleep(_NO_FILES_LEFT_PAUSE)
                continue
            with suppress(OSError):
                transport, _ = await loop.connect_accepted_socket(protocols, connection)
                self._enter(transport)

    def admit(self, transport: asyncio.BaseTransport | None) -> None:
        """This connection has brought a request that is let in: it may stay."""
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
