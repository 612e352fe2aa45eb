"""The guard alone, in front of a trivial page: authorised requests, and response headers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import NamedTuple

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from cafleet_tui.server.guard import PHONE, SOCKET_PATH, Guard

OPEN_IT = "Refused: open the address that 'cafleet server' prints.\n"
FOREIGN_HOST = "Refused: this Host is not the one that the server was started for.\n"
FOREIGN_ORIGIN = "Refused: this Origin is not the server's own page.\n"
WRONG_TOKEN = "Refused: this token is not the one of the running server.\n"  # noqa: S105  # says that one is wrong


class Answer(NamedTuple):
    """A response: status, headers and text."""

    status: int
    headers: dict[str, str]
    body: str


class Site:
    """A page behind a guard for `port`, which may differ from the listening port."""

    def __init__(self, host: str, listening_at: int, port: int, public: str) -> None:
        self._listening_at = listening_at
        self.port = port
        self.guard = Guard(host, port, public)
        self.own = f"127.0.0.1:{port}"

    async def ask(
        self, path: str, *headers: str, at: str = "127.0.0.1", version: str = "1.1"
    ) -> Answer:
        """Request a path with only these header lines, at an address of this host."""
        reader, writer = await asyncio.open_connection(at, self._listening_at)
        lines = [f"GET {path} HTTP/{version}", *headers, "Connection: close", "", ""]
        writer.write("\r\n".join(lines).encode(errors="surrogateescape"))
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        first, *rest = head.split("\r\n")
        pairs = dict(line.split(": ", 1) for line in rest)
        return Answer(int(first.split()[1]), pairs, body)

    async def cookie(self) -> str:
        """The cookie header line of a browser that has opened the address with the token."""
        welcome = await self.ask(f"/?token={self.guard.token}", f"Host: {self.own}")
        return "Cookie: " + welcome.headers["Set-Cookie"].partition(";")[0]


Opening = Callable[..., Awaitable[Site]]


@pytest.fixture
async def a_site() -> AsyncIterator[Opening]:
    """A function that opens a site at `host` on a free port; its guard may get other values."""
    async with AsyncExitStack() as ending:

        async def opened(
            host: str = "127.0.0.1",
            known_at: str | None = None,
            known_port: int | None = None,
            public: str = "",
        ) -> Site:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listening = socket.create_server(
                (host, 0), family=family, dualstack_ipv6=host == "::"
            )
            at = listening.getsockname()[1]
            site = Site(known_at or host, at, known_port or at, public)
            served = web.Application(middlewares=[site.guard.check])
            served.router.add_get("/", page)
            served.router.add_get(SOCKET_PATH, page)
            server = TestServer(served, socket_factory=lambda *_: listening)
            await ending.enter_async_context(server)
            return site

        yield opened


async def page(_request: web.Request) -> web.Response:
    return web.Response(text="the page")


def refusal(answer: Answer) -> str:
    """The text of a refusal; fails for any other response."""
    assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)
    return answer.body


async def test_the_token_gives_a_cookie_which_lets_in(a_site: Opening) -> None:
    site = await a_site()
    welcome = await site.ask(f"/?token={site.guard.token}", f"Host: {site.own}")
    assert (welcome.status, welcome.headers["Location"]) == (303, "/")
    cookie, *rest = welcome.headers["Set-Cookie"].split("; ")
    assert set(rest) == {"HttpOnly", "Path=/", "SameSite=Strict"}
    assert cookie.startswith(f"cafleet-{site.port}=")
    assert len(cookie.partition("=")[2]) == len(site.guard.token) == 43
    inside = await site.ask("/", f"Host: {site.own}", f"Cookie: {cookie}")
    assert (inside.status, inside.body) == (200, "the page")


async def test_a_phone_s_token_leads_to_the_page_for_a_phone(a_site: Opening) -> None:
    site = await a_site()
    welcome = await site.ask(f"{PHONE}?token={site.guard.token}", f"Host: {site.own}")
    assert (welcome.status, welcome.headers["Location"]) == (303, PHONE)


async def test_no_two_servers_have_a_secret_in_common(a_site: Opening) -> None:
    site, other = await a_site(), await a_site()
    secrets = [
        *(site.guard.token, (await site.cookie()).partition("=")[2]),
        *(other.guard.token, (await other.cookie()).partition("=")[2]),
    ]
    assert len(set(secrets)) == 4


@pytest.mark.parametrize(
    "value", ["", "wrong", "x" * 43, '""', "é", "\udcff", "{token}"]
)
async def test_no_other_cookie_lets_in(a_site: Opening, value: str) -> None:
    site = await a_site()
    given = value.format(token=site.guard.token)
    for name in (f"cafleet-{site.port}", "cafleet", "XXXX"):
        cookie = f"Cookie: {name}={given}"
        assert refusal(await site.ask("/", f"Host: {site.own}", cookie)) == OPEN_IT
    other = (await site.cookie()).replace("cafleet-", "cafleet-1")
    assert refusal(await site.ask("/", f"Host: {site.own}", other)) == OPEN_IT
    assert refusal(await site.ask("/", f"Host: {site.own}")) == OPEN_IT


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
async def test_a_program_sends_the_token_itself(a_site: Opening, scheme: str) -> None:
    site = await a_site()
    asked = "/", f"Host: {site.own}"
    shown = f"Authorization: {scheme}{site.guard.token}"
    inside = await site.ask(*asked, shown)
    assert (inside.status, inside.body) == (200, "the page")
    refused = await site.ask(*asked, shown + "x", await site.cookie())
    assert refusal(refused) == OPEN_IT


@pytest.mark.parametrize("value", ["Bearer", "{token}", "Basic {token}", "Bearer x"])
async def test_nothing_else_lets_a_program_in(a_site: Opening, value: str) -> None:
    site = await a_site()
    shown = "Authorization: " + value.format(token=site.guard.token)
    assert refusal(await site.ask("/", f"Host: {site.own}", shown)) == OPEN_IT


@pytest.mark.parametrize("token", ["", "wrong", "%ff%00", "%c3%a9"])
async def test_a_wrong_token_is_told_from_none(a_site: Opening, token: str) -> None:
    site = await a_site()
    cookie = await site.cookie()
    asked = f"/?token={token}", f"Host: {site.own}", cookie
    assert refusal(await site.ask(*asked)) == WRONG_TOKEN


async def test_the_cookie_alone_lets_nobody_in_under_another_name(
    a_site: Opening,
) -> None:
    site = await a_site()
    cookie = await site.cookie()
    port = site.port
    for host in (f"localhost:{port}", f"LocalHost:{port}", f"[::1]:{port}"):
        assert (await site.ask("/", f"Host: {host}", cookie)).status == 200
    for host in (f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port}1", ""):
        assert refusal(await site.ask("/", f"Host: {host}", cookie)) == FOREIGN_HOST


async def test_a_request_names_one_host(a_site: Opening) -> None:
    site = await a_site()
    own, cookie = f"Host: {site.own}", await site.cookie()
    without = await site.ask("/", cookie, version="1.0")
    assert refusal(without) == FOREIGN_HOST
    twice = await site.ask("/", own, own, cookie, version="1.0")
    assert twice.status in (400, 403)


async def test_at_the_usual_port_a_browser_may_leave_it_out(a_site: Opening) -> None:
    site = await a_site(known_port=80)
    cookie = await site.cookie()
    for host in ("127.0.0.1", "127.0.0.1:80", "localhost"):
        assert (await site.ask("/", f"Host: {host}", cookie)).status == 200
    for host in ("evil.example", "127.0.0.1:81"):
        assert refusal(await site.ask("/", f"Host: {host}", cookie)) == FOREIGN_HOST


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
async def test_everywhere_the_address_that_was_reached_is_a_name_too(
    a_site: Opening, host: str
) -> None:
    if ":" in host and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    site = await a_site(host)
    cookie, port = await site.cookie(), site.port
    named = socket.gethostname().lower()
    for name in (named, "localhost", "127.0.0.2"):
        asked = "/", f"Host: {name}:{port}", cookie
        assert (await site.ask(*asked, at="127.0.0.2")).status == 200
    for name in ("127.0.0.3", "evil.example", "0.0.0.0"):
        asked = "/", f"Host: {name}:{port}", cookie
        assert refusal(await site.ask(*asked, at="127.0.0.2")) == FOREIGN_HOST


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:DB8::1"])
async def test_beyond_loopback_this_machine_s_names_are_not_its_own(
    a_site: Opening, host: str
) -> None:
    site = await a_site(known_at=host)
    name = f"[{host.lower()}]" if ":" in host else host
    own = f"Host: {name}:{site.port}"
    asked = f"/?token={site.guard.token}"
    assert (await site.ask(asked, own)).status == 303
    for other in ("127.0.0.1", "localhost", "[::1]"):
        foreign = f"Host: {other}:{site.port}"
        assert refusal(await site.ask(asked, foreign)) == FOREIGN_HOST


async def test_a_page_asks_in_the_name_of_the_server_alone(a_site: Opening) -> None:
    site = await a_site()
    asked = f"Host: {site.own}", await site.cookie()
    own = f"Origin: http://{site.own}"
    assert (await site.ask("/", *asked, own)).status == 200
    for origin in ("http://evil.example", "null", f"https://{site.own}", ""):
        refused = await site.ask("/", *asked, f"Origin: {origin}")
        assert refusal(refused) == FOREIGN_ORIGIN


async def test_a_web_socket_has_an_origin(a_site: Opening) -> None:
    site = await a_site()
    asked = f"Host: {site.own}", await site.cookie()
    assert refusal(await site.ask(SOCKET_PATH, *asked)) == FOREIGN_ORIGIN
    own = f"Origin: http://{site.own}"
    assert (await site.ask(SOCKET_PATH, *asked, own)).status == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_behind_a_proxy_its_origin_is_the_server_s_too(
    a_site: Opening, scheme: str
) -> None:
    public = "fleet.example:8443"
    site = await a_site(public=f"{scheme}://Fleet.example:8443")
    cookie = await site.cookie()
    spelled = "FLEET.example:8443"
    asked = f"Host: {spelled}", cookie
    inside = await site.ask("/", *asked, f"Origin: {scheme}://{public}")
    assert inside.status == 200
    socket_at = "wss" if scheme == "https" else "ws"
    policy = inside.headers["Content-Security-Policy"]
    assert f"connect-src 'self' {socket_at}://{spelled};" in policy
    for origin in (f"http://{site.own}", f"ftp://{public}", f"{scheme}://evil.example"):
        refused = await site.ask("/", *asked, f"Origin: {origin}")
        assert refusal(refused) == FOREIGN_ORIGIN
    at_home = "/", f"Host: {site.own}", cookie
    assert (await site.ask(*at_home, f"Origin: http://{site.own}")).status == 200
    abroad = await site.ask(*at_home, f"Origin: {scheme}://{public}")
    assert refusal(abroad) == FOREIGN_ORIGIN
    for host in ("fleet.example", "evil.fleet.example:8443"):
        assert refusal(await site.ask("/", f"Host: {host}", cookie)) == FOREIGN_HOST


async def test_every_answer_keeps_others_out(a_site: Opening) -> None:
    site = await a_site()
    asked = f"Host: {site.own}", await site.cookie()
    answers = {
        200: await site.ask("/", *asked),
        303: await site.ask(f"/?token={site.guard.token}", *asked),
        403: await site.ask("/?token=wrong", *asked),
        404: await site.ask("/none", *asked),
    }
    for status, answer in answers.items():
        assert answer.status == status
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert {f"connect-src 'self' ws://{site.own}", "default-src 'self'"} <= {
            *policy
        }
