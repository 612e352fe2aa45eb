"""A page's web socket, with a time limit for a page that has stalled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from aiohttp import web

PATIENCE = 5.0
"""Seconds within which a page must take what it is sent, or answer that it is closed."""


class PageConnection:
    """The connection on which a control room writes to its page.

    Nothing is written to a page that has ended; one that has stalled, as on a machine that was
    put to sleep, is aborted after `PATIENCE`, and comes back by itself when it wakes.
    """

    def __init__(self, request: web.Request, web_socket: web.WebSocketResponse) -> None:
        self._transport = request.transport
        self._web_socket = web_socket

    async def send(self, output: bytes | str) -> None:
        """Send what the control room has drawn, or said."""
        if isinstance(output, bytes):
            await self._in_time(self._web_socket.send_bytes(output))
        else:
            await self._in_time(self._web_socket.send_str(output))

    async def close(self, code: int) -> None:
        """Close it; `code` tells the page why."""
        await self._in_time(self._web_socket.close(code=code))

    async def _in_time(self, action: Awaitable[object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                with suppress(ConnectionError, RuntimeError):
                    await action
        except TimeoutError:
            if self._transport is not None:
                self._transport.abort()
