"""The page as it is sent: one document that loads nothing, with a policy that allows just that."""

from __future__ import annotations

import json
import secrets
from functools import cache
from importlib.resources import files

from aiohttp import web

from cafleet_core.states import EventKind

LARGEST = 20_000
"""The most bytes of the whole page."""

_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def response(body: str, nonce: str, *, status: int = 200) -> web.Response:
    """A page with this body, in which only what has the nonce is obeyed; with its headers."""
    # the body comes last: nothing in it is filled in
    text = _filled(_part("page.html"), nonce=nonce, style=_part("page.css"), body=body)
    answer = web.Response(text=text, content_type="text/html", status=status)
    answer.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
    return answer


def overview(*, read_only: bool) -> web.Response:
    """The page of everybody's questions, mail and states."""
    script = _filled(
        _part("page.js"),
        read_only=json.dumps(read_only),
        kinds=json.dumps([str(kind) for kind in EventKind]),
    )
    nonce = new_nonce()
    return response(_filled(_part("body.html"), nonce=nonce, script=script), nonce)


def linked(card: str, *, status: int = 200) -> web.Response:
    """The page of one question, which a form of its own answers."""
    answer = response(
        _filled(_part("answer.html"), card=card), new_nonce(), status=status
    )
    # else the browser would hide where the form comes from, and the server refuse it
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def new_nonce() -> str:
    """A word that is on one page alone."""
    return secrets.token_urlsafe(16)


@cache
def _part(name: str) -> str:
    return (files("cafleet_tui.server.phone") / name).read_text("utf-8")


def _filled(text: str, **values: str) -> str:
    """`text` with `{name}` replaced; other braces stay, as scripts are full of them."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
