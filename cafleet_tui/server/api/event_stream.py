"""`GET /api/v1/events`: what happens, as server-sent events, each once and in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from aiohttp import web

from cafleet_core.broker.events.follow import Follower
from cafleet_core.cli import event, output
from cafleet_core.records import Event
from cafleet_core.views import EventFilter

MOST_STREAMS = 32
"""The most streams at once: each has a thread and a connection to the registry."""

_ALIVE_SECONDS = 15.0
_LOOK_SECONDS = 1.0
_PATIENCE = 30.0

Result = TypeVar("Result")


class EventStream:
    """One reader's stream, behind its cursor; read in a thread of its own.

    The reader's cursor is the `id` of the last event that it has got. It gets its first
    cursor at once, so that a reader cut off before the first event goes on from there.
    """

    def __init__(self, path: str, wanted: EventFilter, after: int | None) -> None:
        self._path = path
        self._wanted = wanted
        self._after = after
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="events")
        self._follower: Follower | None = None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer with events until the reader has gone; raises RegistryError before the first."""
        try:
            follower = await self._in_thread(self._open)
            response = web.StreamResponse(
                headers={"Content-Type": "text/event-stream; charset=utf-8"}
            )
            with suppress(ConnectionError, TimeoutError):  # the reader has gone
                await response.prepare(request)
                await _send(response, f"retry: 1000\nid: {follower.cursor}\n\n")
                await self._pass_on(follower.events(), request, response)
            return response
        finally:
            self.end()
            self._thread.submit(self._close)
            self._thread.shutdown(wait=False)

    def end(self) -> None:
        """Have the stream end."""
        if self._follower is not None:
            self._follower.end()

    async def _pass_on(
        self,
        events: Iterator[Event],
        request: web.Request,
        response: web.StreamResponse,
    ) -> None:
        while True:
            coming = asyncio.ensure_future(self._in_thread(lambda: next(events, None)))
            silent_since = time.monotonic()
            while not (await asyncio.wait({coming}, timeout=_LOOK_SECONDS))[0]:
                if request.transport is None or request.transport.is_closing():
                    return
                if time.monotonic() - silent_since > _ALIVE_SECONDS:
                    silent_since = time.monotonic()
                    await _send(response, ": nothing new\n\n")
            happened = coming.result()
            if happened is None:
                return
            await _send(response, framed(happened))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> Follower:
        self._follower = Follower(self._path, self._wanted, self._after, output.note)
        return self._follower

    def _close(self) -> None:
        if self._follower is not None:
            self._follower.close()


def framed(happened: Event) -> str:
    """An event as a stream carries it: its number, its kind, and its document on one line."""
    document = output.encoded(event.document(happened))
    return f"id: {happened.seq}\nevent: {happened.kind}\ndata: {document}\n\n"


async def _send(response: web.StreamResponse, words: str) -> None:
    async with asyncio.timeout(_PATIENCE):
        await response.write(words.encode("utf-8", "replace"))
