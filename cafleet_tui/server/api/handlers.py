"""The API's routes: each request runs its command in a thread, and is answered in JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from cafleet_core.broker.directory import identity
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import CafleetError, InvalidInput, Refused
from cafleet_core.states import EventKind, Interface
from cafleet_core.views import EventFilter
from cafleet_tui.server.api import call, document, parameters, requests
from cafleet_tui.server.api.call import Reply
from cafleet_tui.server.api.event_stream import MOST_STREAMS, EventStream
from cafleet_tui.server.api.routes import ROOT, ROUTES, Route
from cafleet_tui.server.guard import Handler

EVENTS = ROOT + "/events"

_WORKERS = 8
_LAST_EVENT = "Last-Event-ID"
_INTERFACE = "Cafleet-Interface"
_LONGEST_NUMBER = 18
_STREAM_PARAMETERS = ("session", "kinds", "after")


class Api:
    """The commands over HTTP, for the registry that the settings name."""

    def __init__(self, settings: Settings, *, read_only: bool) -> None:
        self._settings = settings
        self._read_only = read_only
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="api")
        self._streams: set[EventStream] = set()

    def routes(self) -> list[web.RouteDef]:
        """Every route below `ROOT`."""
        made = [
            web.route(route.method, ROOT + route.path, self._handler(route))
            for route in ROUTES
        ]
        opened = web.get(ROOT + "/openapi.json", self._document)
        return [*made, opened, web.get(EVENTS, self._events)]

    def close(self) -> None:
        """End every stream; what runs is finished."""
        for stream in [*self._streams]:
            stream.end()
        self._workers.shutdown(wait=False)

    def _handler(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                if self._read_only and route.method != "GET":
                    raise _only_looks()
                body = await requests.body(request)
                query = [*request.query.items()]
                values = parameters.of_request(route, request.match_info, query, body)
            except CafleetError as error:
                return _response(call.refusal(error))
            by_phone = request.headers.get(_INTERFACE) == Interface.PHONE
            interface = Interface.PHONE if by_phone else Interface.API
            return _response(
                await self._run(route, request.match_info, values, interface)
            )

        return handle

    async def _run(
        self,
        route: Route,
        path: Mapping[str, str],
        values: dict[str, object],
        interface: Interface,
    ) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(
            self._workers,
            lambda: call.reply(
                self._settings,
                route.command.place,
                values,
                route.caller,
                path.get("session"),
                read_only=self._read_only,
                interface=interface,
            ),
        )

    async def _document(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text=document.written(), content_type="application/json")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        try:
            if len(self._streams) >= MOST_STREAMS:
                raise Refused(
                    f"{MOST_STREAMS} readers of events are connected already."
                )
            wanted, after = await asyncio.to_thread(self._wanted, request)
            stream = EventStream(self._settings.registry, wanted, after)
            self._streams.add(stream)
            try:
                return await stream.serve(request)
            finally:
                self._streams.discard(stream)
        except CafleetError as error:
            return _response(call.refusal(error))

    def _wanted(self, request: web.Request) -> tuple[EventFilter, int | None]:
        """Which events a reader wants, behind which; raises InvalidInput, NotFound."""
        for name in request.query:
            if name not in _STREAM_PARAMETERS:
                raise InvalidInput(f"no parameter is called {name[:40]!r}.")
        try:
            kinds = tuple(map(EventKind, request.query.getall("kinds", [])))
        except ValueError:
            raise InvalidInput(f"kinds are some of {', '.join(EventKind)}.") from None
        session = request.query.get("session")
        behind = request.headers.get(_LAST_EVENT) or request.query.get("after")
        return EventFilter(self._session_id(session), kinds=kinds), _number(behind)

    def _session_id(self, reference: str | None) -> str | None:
        if reference is None:
            return None
        registry = open_registry(self._settings.registry, make=False)
        try:
            return identity.find_session(registry, reference).session_id
        finally:
            registry.close()


def _only_looks() -> Refused:
    return Refused(
        "this server is read-only.",
        "Start it without --read-only to send and to answer.",
    )


def _number(words: str | None) -> int | None:
    if words is None:
        return None
    if not (words.isascii() and words.isdigit() and len(words) <= _LONGEST_NUMBER):
        raise InvalidInput("the number of an event, as in Last-Event-ID, is a number.")
    return int(words)


def _response(reply: Reply) -> web.Response:
    """The output of a command as a response; its notes are a list of texts in a header."""
    notes = {"Cafleet-Notes": json.dumps(reply.notes)} if reply.notes else {}
    return web.Response(
        status=reply.status,
        text=reply.body + "\n",
        content_type="application/json",
        headers=notes,
    )
