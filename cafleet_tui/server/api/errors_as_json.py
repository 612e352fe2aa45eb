"""Answer below the API's root with JSON where the server itself refuses a request."""

from __future__ import annotations

from aiohttp import web

from cafleet_core.cli import output
from cafleet_tui.server.api.routes import ROOT
from cafleet_tui.server.guard import Handler

_CODES = {403: "forbidden", 404: "no_such_request", 405: "no_such_request"}
_WAYS_OUT = {
    403: "Send the token of the address that 'cafleet server' prints: Authorization: Bearer TOKEN.",
    404: f"See {ROOT}/openapi.json for what there is.",
    405: f"See {ROOT}/openapi.json for what there is.",
    413: "Send less at once.",
    415: "Add the header Content-Type: application/json.",
}


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a refusal of the server into the document that the commands' refusals have."""
    try:
        return await handler(request)
    except web.HTTPException as raised:
        if raised.status < 400 or not request.path.startswith(ROOT + "/"):
            raise
        raised.text = output.encoded(_document(raised)) + "\n"
        raised.content_type = "application/json"
        raise


def _document(raised: web.HTTPException) -> object:
    said = (raised.text or raised.reason).strip().removeprefix("Refused: ")
    return {
        "error": {
            "code": _CODES.get(raised.status, "invalid_input"),
            "exit_code": 1,
            "message": said,
            "way_out": _WAYS_OUT.get(raised.status, ""),
        }
    }
