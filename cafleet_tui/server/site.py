"""The server's routes: the page, its files, and a web socket for each control room."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import textual_serve
from aiohttp import WSMsgType, web
from textual_serve.download_manager import DownloadManager

from cafleet_core.cli import output
from cafleet_tui.server.api.errors_as_json import errors_as_json
from cafleet_tui.server.api.handlers import Api
from cafleet_tui.server.connection_limit import ConnectionLimit
from cafleet_tui.server.guard import SOCKET_PATH, Guard, Handler, is_link
from cafleet_tui.server.page_connection import PageConnection
from cafleet_tui.server.phone.handlers import Phone
from cafleet_tui.server.tab import TabProcess

MOST_ROOMS = 40
"""The most control rooms at once; a new one ends the oldest that no page shows."""

_PAGE = Path(str(files("cafleet_tui.server"))) / "page"
_STATICS = Path(textual_serve.__file__).parent / "static"
_TAB = re.compile(r"[0-9a-f]{32}")
_LARGEST_SIDE = 1000
_NOTED_EVERY = 60.0


class Site:
    """The control rooms of one server, each started with `command`."""

    def __init__(
        self, command: Sequence[str], guard: Guard, api: Api, phone: Phone
    ) -> None:
        self._command = tuple(command)
        self._guard = guard
        self._api = api
        self._phone = phone
        self._rooms: dict[str, TabProcess] = {}
        self._downloads = DownloadManager()
        self._ending = False
        self._connections = ConnectionLimit(self._note_overrun)
        self._overrun_noted = -_NOTED_EVERY

    async def serve(self, listening: socket.socket) -> None:
        """Serve until SIGINT or SIGTERM; then end every control room."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            accepting = asyncio.create_task(self._accept(listening, runner))
            await ended.wait()
            self._ending = True
            accepting.cancel()
            listening.close()
        finally:
            self._api.close()
            await asyncio.gather(*(room.end() for room in [*self._rooms.values()]))
            await runner.cleanup()

    async def _accept(self, listening: socket.socket, runner: web.AppRunner) -> None:
        server = runner.server
        if server is not None:
            await self._connections.keep(listening, server)

    def _note_overrun(self) -> None:
        """Print a note, at most once a minute."""
        now = time.monotonic()
        if now - self._overrun_noted > _NOTED_EVERY:
            self._overrun_noted = now
            output.note("too many unfinished connections; the oldest are closed.")

    def application(self) -> web.Application:
        """The web application; the guard checks every route."""
        served = web.Application(
            middlewares=[errors_as_json, self._guard.check, self._admit]
        )
        served.add_routes(
            [
                web.get("/", self._page),
                web.get("/alive", self._alive),
                web.get(SOCKET_PATH + "{tab}", self._socket),
                web.static("/page", _PAGE),
                web.static("/static", _STATICS),
                *self._api.routes(),
                *self._phone.routes(),
            ]
        )
        return served

    @web.middleware
    async def _admit(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Exempt the connection of an authorised request from the connection limit."""
        if not is_link(request):
            self._connections.admit(request.transport)
        return await handler(request)

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "page.html")

    async def _alive(self, _request: web.Request) -> web.StreamResponse:
        """Whether the server runs; a disconnected page asks this before it reloads itself."""
        if self._ending:
            raise web.HTTPServiceUnavailable
        return web.Response(text="alive\n")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        tab = request.match_info["tab"]
        if not _TAB.fullmatch(tab):
            raise web.HTTPNotFound
        web_socket = web.WebSocketResponse(heartbeat=15)
        await web_socket.prepare(request)
        page = PageConnection(request, web_socket)
        room = self._rooms.get(tab) or await self._new_room(tab)
        if room is None:
            await web_socket.close(message=b"too many control rooms are open")
            return web_socket
        size = _side(request, "width", 80), _side(request, "height", 24)
        await room.attach(page, size)
        try:
            await _listen(web_socket, page, room)
        finally:
            await room.detach(page)
        return web_socket

    async def _new_room(self, tab: str) -> TabProcess | None:
        if len(self._rooms) >= MOST_ROOMS:
            unseen = [
                name for name, process in self._rooms.items() if not process.shown
            ]
            if not unseen:
                return None
            await self._rooms[unseen[0]].end()
        self._rooms[tab] = TabProcess(self._command, self._downloads, self._forget)
        return self._rooms[tab]

    def _forget(self, room: TabProcess) -> None:
        self._rooms = {
            tab: kept for tab, kept in self._rooms.items() if kept is not room
        }


def _side(request: web.Request, name: str, usual: int) -> int:
    given = request.query.get(name, "")
    short = given.isascii() and given.isdigit() and len(given) < len(str(_LARGEST_SIDE))
    return max(int(given), 1) if short else usual


async def _listen(
    web_socket: web.WebSocketResponse, page: PageConnection, room: TabProcess
) -> None:
    """Pass on what the page sends; malformed messages are ignored."""
    async for message in web_socket:
        if message.type != WSMsgType.TEXT:
            continue
        try:
            match json.loads(message.data):
                case ["stdin", str(typed)]:
                    await room.send_bytes(typed.encode("utf-8", "replace"))
                case ["resize", {"width": int(width), "height": int(height)}]:
                    await room.set_terminal_size(
                        min(max(width, 1), _LARGEST_SIDE),
                        min(max(height, 1), _LARGEST_SIDE),
                    )
                case ["ping", str(stamp)]:
                    await page.send(json.dumps(["pong", stamp]))
                case ["focus"]:
                    await room.focus()
                case ["blur"]:
                    await room.blur()
        except (ValueError, RecursionError):
            continue
