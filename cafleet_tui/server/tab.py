"""A control room for one browser tab: a process that outlives a reload of its page."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress

from aiohttp import WSCloseCode, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

ENDED = 4000
"""The close code that says that the control room itself has ended."""

MOVED = 4001
"""The close code that says that another page shows this control room now."""

LINGER_SECONDS = 60.0
"""How long a control room waits for its page to come back."""

_PATIENCE = 5.0
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")


class TabProcess(AppService):
    """A control room's process, and the page that shows it, if there is one now.

    `gone` is called once, when the process has ended.
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
        self._page: web.WebSocketResponse | None = None
        self._modes: dict[bytes, bytes] = {}
        self._leaving: asyncio.TimerHandle | None = None
        self._gone = gone

    @property
    def shown(self) -> bool:
        """Whether a page shows it now."""
        return self._page is not None

    async def attach(self, page: web.WebSocketResponse, size: tuple[int, int]) -> None:
        """Show it on `page`, which takes it over from any other."""
        former, self._page = self._page, page
        if self._leaving:
            self._leaving.cancel()
            self._leaving = None
        if former:
            await former.close(code=MOVED)
        if self._process is None:
            await self.start(*size)
            return
        modes = b"".join(b"\x1b[?%b%b" % mode for mode in self._modes.items())
        await self._show(modes)
        await self._draw_again(*size)

    async def detach(self, page: web.WebSocketResponse) -> None:
        """The page has gone; unless one comes in time, end the process."""
        if self._page is not page:
            return
        self._page = None
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(LINGER_SECONDS, self._leave)

    def _leave(self) -> None:
        self._ending = asyncio.ensure_future(self.end())

    async def end(self) -> None:
        """End the process, by force where it does not listen; its page may try again."""
        if self._leaving:
            self._leaving.cancel()
        page, self._page = self._page, None
        if page:
            await page.close(code=WSCloseCode.GOING_AWAY)
        try:
            await asyncio.wait_for(self.stop(), _PATIENCE)
        except TimeoutError:
            if self._process:
                with suppress(ProcessLookupError):
                    self._process.kill()

    async def run(self) -> None:
        """Pass on what the process draws, until it ends; then tell the page."""
        await super().run()
        await self._part()
        if self._process:
            await self._process.wait()
        self._gone(self)

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the process from an argument list, no shell between."""
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
        """A size that it did not have makes it draw everything."""
        await self.set_terminal_size(width, height - 1)
        await asyncio.sleep(0.1)
        await self.set_terminal_size(width, height)

    async def _show(self, drawn: bytes) -> None:
        self._modes.update(_MODE.findall(drawn))
        if self._page:
            with suppress(ConnectionError, RuntimeError):
                await self._page.send_bytes(drawn)

    async def _say(self, words: str) -> None:
        if self._page:
            with suppress(ConnectionError, RuntimeError):
                await self._page.send_str(words)

    async def _part(self) -> None:
        if self._page:
            await self._page.close(code=ENDED)
