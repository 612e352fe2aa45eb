"""The control room's process of a browser tab; it survives a reload of the page."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress

from aiohttp import WSCloseCode
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from cafleet_tui.server.page_connection import PageConnection

ENDED = 4000
"""Close code: the control room has ended."""

MOVED = 4001
"""Close code: another page shows this control room now."""

LINGER_SECONDS = 60.0
"""Seconds for which a control room waits for its page to come back."""

_PATIENCE = 5.0
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")


class TabProcess(AppService):
    """A control room's process, and the page that shows it, if there is one now.

    `gone` is called once, after the process has ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        downloads: DownloadManager,
        gone: Callable[[TabProcess], None],
    ) -> None:
        super().__init__(
            "",
            write_bytes=self._show,
            write_str=self._say,
            close=self._part,
            download_manager=downloads,
        )
        self._argv = tuple(command)
        self._page: PageConnection | None = None
        self._modes: dict[bytes, bytes] = {}
        self._leaving: asyncio.TimerHandle | None = None
        self._gone = gone

    @property
    def shown(self) -> bool:
        """Whether a page shows the control room."""
        return self._page is not None

    async def attach(self, page: PageConnection, size: tuple[int, int]) -> None:
        """Show the control room on `page`; another page that shows it is closed."""
        former, self._page = self._page, page
        if self._leaving:
            self._leaving.cancel()
            self._leaving = None
        if former:
            await former.close(MOVED)
        if self._process is None:
            await self.start(*size)
            return
        modes = b"".join(b"\x1b[?%b%b" % mode for mode in self._modes.items())
        await self._show(modes)
        await self._draw_again(*size)

    async def detach(self, page: PageConnection) -> None:
        """Handle the page's end: end the process unless a page attaches in `LINGER_SECONDS`."""
        if self._page is not page:
            return
        self._page = None
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(LINGER_SECONDS, self._leave)

    def _leave(self) -> None:
        self._ending = asyncio.ensure_future(self.end())

    async def end(self) -> None:
        """End the process, killing it after a timeout; close its page, which may reconnect."""
        if self._leaving:
            self._leaving.cancel()
        page, self._page = self._page, None
        if page:
            await page.close(WSCloseCode.GOING_AWAY)
        try:
            await asyncio.wait_for(self.stop(), _PATIENCE)
        except TimeoutError:
            if self._process:
                with suppress(ProcessLookupError):
                    self._process.kill()

    async def run(self) -> None:
        """Pass the process's output on until it ends; then close the page."""
        await super().run()
        await self._part()
        if self._process:
            await self._process.wait()
        self._gone(self)

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the process from an argument list, without a shell."""
        self._process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width=width, height=height),
        )
        self._stdin = self._process.stdin
        return self._process

    async def _draw_again(self, width: int, height: int) -> None:
        """Make the process redraw everything, by a change of size."""
        await self.set_terminal_size(width, height - 1)
        await asyncio.sleep(0.1)
        await self.set_terminal_size(width, height)

    async def _show(self, drawn: bytes) -> None:
        self._modes.update(_MODE.findall(drawn))
        if self._page:
            await self._page.send(drawn)

    async def _say(self, words: str) -> None:
        if self._page:
            await self._page.send(words)

    async def _part(self) -> None:
        if self._page:
            await self._page.close(ENDED)
