"""Authorise requests: by `Host`, `Origin`, and the token or its cookie."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from cafleet_tui.server.address import in_address, is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SOCKET_PATH = "/ws/"

PHONE = "/m"
"""The path of the page for a phone."""

ANSWER = "/m/answer/"
"""Begins the path of a link to one question: what follows is all that it needs."""

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_ANY = ("0.0.0.0", "::")  # noqa: S104  # to recognise it, not to listen there
_ENTROPY = 32

_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), clipboard-read=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_CONTENT = (
    "default-src 'self'; connect-src 'self' {socket}://{host}; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""The terminal emulator needs inline styles; scripts are loaded from files only."""


class Guard:
    """The secrets of one run of the server, and the check that every request passes.

    `token` is only in the printed address; a browser that sends it gets a cookie with
    another secret, and a redirect to the address without the token.
    """

    def __init__(self, host: str, port: int, public: str = "") -> None:
        """`public` is the origin at which a proxy in front of it is reached."""
        self.token = secrets.token_urlsafe(_ENTROPY)
        self._pass = secrets.token_urlsafe(_ENTROPY)
        self._port = port
        self._cookie = f"cafleet-{port}"
        self._names = {in_address(name) for name in _names(host)}
        self._anywhere = host in _ANY
        self._public = urlsplit(public)

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass an authorised request to `handler`; refuse any other."""
        try:
            self._check_names(request)
            if "token" in request.query:
                raise self._welcome(request)
            if not (is_link(request) or self._is_known(request)):
                raise _refusal("open the address that 'cafleet server' prints.")
            answer = await handler(request)
        except web.HTTPException as raised:
            self._protect(raised, request)
            raise
        if not answer.prepared:
            self._protect(answer, request)
        return answer

    def _is_known(self, request: web.Request) -> bool:
        """Whether a browser sends its cookie, or a program the token itself."""
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return _same(shown.strip(), self.token)
        return _same(request.cookies.get(self._cookie, ""), self._pass)

    def _check_names(self, request: web.Request) -> None:
        """Refuse a foreign `Host` (DNS rebinding) and a foreign `Origin` (cross-site requests)."""
        if not self._knows(request):
            raise _refusal("this Host is not the one that the server was started for.")
        origin = request.headers.get("Origin")
        needed = request.path.startswith(SOCKET_PATH)
        if (origin is not None or needed) and origin != self._origin(request):
            raise _refusal("this Origin is not the server's own page.")

    def _origin(self, request: web.Request) -> str:
        """The origin of the server's own pages, as the browser of this request sees it."""
        if self._is_public(request):
            return f"{self._public.scheme}://{self._public.netloc}".lower()
        return f"http://{request.host}"

    def _is_public(self, request: web.Request) -> bool:
        public = self._public.netloc.lower()
        return bool(public) and request.host.lower() == public

    def _knows(self, request: web.Request) -> bool:
        hosts = request.headers.getall("Host", [])
        if len(hosts) != 1:
            return False
        if self._is_public(request):
            return True
        names = set(self._names)
        if self._anywhere and request.transport:
            reached = request.transport.get_extra_info("sockname")[0]
            names.add(in_address(reached.removeprefix("::ffff:")))
        known = {f"{name}:{self._port}" for name in names}
        return hosts[0].lower() in (known | names if self._port == 80 else known)

    def _protect(self, answer: web.StreamResponse, request: web.Request) -> None:
        """Set the headers that keep a page to itself, where it has no stricter ones."""
        secure = self._origin(request).startswith("https:")
        policy = _CONTENT.format(host=request.host, socket="wss" if secure else "ws")
        for name, value in {**_HEADERS, "Content-Security-Policy": policy}.items():
            answer.headers.setdefault(name, value)

    def _welcome(self, request: web.Request) -> web.HTTPSeeOther:
        if not _same(request.query["token"], self.token):
            raise _refusal("this token is not the one of the running server.")
        answer = web.HTTPSeeOther(PHONE if request.path == PHONE else "/")
        answer.set_cookie(
            self._cookie, self._pass, httponly=True, samesite="Strict", path="/"
        )
        return answer


def is_link(request: web.Request) -> bool:
    """Whether a request brings a right of its own, which its handler checks."""
    return request.path.startswith(ANSWER)


def _names(host: str) -> set[str]:
    if host in _ANY:
        return {*_LOOPBACK_NAMES, socket.gethostname().lower()}
    resolved = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    local = any(is_loopback(address) for address in resolved)
    return {host.lower(), *(_LOOPBACK_NAMES if local else ())}


def _same(given: str, expected: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _refusal(why: str) -> web.HTTPForbidden:
    return web.HTTPForbidden(text=f"Refused: {why}\n")
