"""Read the JSON body of a request, within limits of size, depth and time."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from cafleet_core.errors import InvalidInput

PATIENCE = 10.0
"""Seconds within which a request must have brought its whole body."""

_JSON = "application/json"


async def body(request: web.Request) -> dict[str, Any]:
    """The object that a request holds; an empty one where it has no body.

    Raises InvalidInput for anything else, HTTPRequestEntityTooLarge for more than the server
    takes, HTTPRequestTimeout for one that is too slow.
    """
    if not request.body_exists:
        return {}
    if request.content_type != _JSON:
        raise web.HTTPUnsupportedMediaType(text=f"send the body as {_JSON}.")
    try:
        async with asyncio.timeout(PATIENCE):
            read = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="the body took too long.") from None
    return _object(read)


def _object(read: bytes) -> dict[str, Any]:
    try:
        document = json.loads(read.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidInput("the body is not JSON.") from None
    if not isinstance(document, dict):
        raise InvalidInput("the body is not a JSON object.")
    return document


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
