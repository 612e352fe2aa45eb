"""A page that takes nothing any more, as on a machine that sleeps: nobody waits for it for long."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from cafleet_tui.server import page_connection
from cafleet_tui.server.page_connection import PageConnection
from tests.terminal import PATIENCE

Saying = Callable[[PageConnection], Awaitable[None]]

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def draws(page: PageConnection) -> None:
    """More than all buffers on the way hold."""
    for _ in range(100):
        await page.send(b"x" * 1_000_000)


async def draws_and_closes(page: PageConnection) -> None:
    drawing = asyncio.create_task(draws(page))
    await asyncio.sleep(0)
    await page.close(4001)
    await drawing


@pytest.mark.parametrize("saying", [draws, draws_and_closes])
async def test_a_page_that_takes_nothing_is_left(
    saying: Saying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_connection, "PATIENCE", 0.2)
    left = asyncio.Event()

    async def serve(request: web.Request) -> web.StreamResponse:
        web_socket = web.WebSocketResponse()
        await web_socket.prepare(request)
        await saying(PageConnection(request, web_socket))
        left.set()
        return web_socket

    application = web.Application()
    application.add_routes([web.get("/", serve)])
    async with TestServer(application) as server:
        assert server.port is not None
        with socket.create_connection(("127.0.0.1", server.port)) as asleep:
            asleep.sendall(HANDSHAKE)
            async with asyncio.timeout(PATIENCE):
                await left.wait()
