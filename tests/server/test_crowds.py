"""Connections without an admitted request do not block others."""

from __future__ import annotations

import json
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import aiohttp
import pytest

from cafleet_tui.server.connection_limit import MOST_WAITING
from tests.server.serving import Serving, fetch

BEGUN = b"GET /"
TAB = "0123456789abcdef" * 2


@pytest.fixture
def few_files() -> Iterator[None]:
    """Limit file descriptors of processes started meanwhile, below the crowd's number."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def begun(stack: ExitStack, serving: Serving) -> socket.socket:
    """Open a connection that has sent the beginning of a request."""
    host, port = serving.host.rsplit(":", 1)
    opened = stack.enter_context(socket.create_connection((host, int(port)), 10))
    opened.sendall(BEGUN)
    return opened


def closed(connection: socket.socket) -> bool:
    """Whether the server has closed the connection."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def test_unfinished_requests_keep_nobody_out(serving: Serving) -> None:
    with ExitStack() as stack:
        crowd = [begun(stack, serving) for _ in range(MOST_WAITING + 20)]
        assert fetch(serving.address).status == 200
        assert closed(crowd[0])


def test_more_connections_than_files_keep_nobody_out(
    few_files: None, serving: Serving
) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            begun(stack, serving)
        assert fetch(serving.address).status == 200


async def test_whoever_was_let_in_stays_beside_a_crowd(serving: Serving) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # unsafe: cookies of an address, not a name
    async with aiohttp.ClientSession(cookie_jar=jar) as visitor:
        async with visitor.get(serving.address):
            pass
        async with visitor.ws_connect(
            f"{serving.root}ws/{TAB}", headers={"Origin": serving.root.rstrip("/")}
        ) as page:
            with ExitStack() as stack:
                for _ in range(MOST_WAITING + 20):
                    begun(stack, serving)
                await page.send_str('["ping", "1"]')
                async for message in page:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        break
                assert json.loads(message.data) == ["pong", "1"]
