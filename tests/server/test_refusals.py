"""Refusals of `cafleet server`: by address, token, `Host` and `Origin`."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from cafleet_core.broker.registry.open import Registry
from tests.server.serving import Serving, check_server, fetch
from tests.terminal import cafleet, command_line, environment, eventually

TAB = "0123456789abcdef" * 2
FOREIGN = "http://foreign.example"


@pytest.fixture
async def visitor(serving: Serving) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that has opened the printed address, and has its cookie."""
    jar = aiohttp.CookieJar(unsafe=True)  # unsafe: cookies of an address, not a name
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(serving.address) as page:
            assert (page.status, str(page.url)) == (200, serving.root)
        yield session


async def status(
    session: aiohttp.ClientSession, address: str, **headers: str
) -> tuple[int, str]:
    """The status and the text of a response."""
    async with session.get(address, headers=headers, allow_redirects=False) as got:
        return got.status, await got.text()


def web_socket(serving: Serving) -> str:
    """The address of a new control room's web socket."""
    return f"{serving.root}ws/{TAB}"


async def refused_socket(
    session: aiohttp.ClientSession, serving: Serving, **headers: str
) -> int:
    """The status with which a web socket is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await session.ws_connect(web_socket(serving), headers=headers)
    return refused.value.status


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%ff%00"])
@pytest.mark.parametrize(
    "path", ["", "alive", "static/js/textual.js", "page/page.js", f"ws/{TAB}", "none"]
)
def test_nothing_is_served_without_the_token(
    serving: Serving, path: str, query: str
) -> None:
    answer = fetch(f"{serving.root}{path}{query}", Origin=serving.root[:-1])
    assert answer.status == 403
    assert answer.text.startswith("Refused: ")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["", "alive", f"ws/{TAB}"])
def test_no_cookie_but_the_server_s_own_is_taken_for_one(
    serving: Serving, path: str
) -> None:
    port, token = serving.document["port"], serving.address.partition("token=")[2]
    for value in ("wrong", token, "x" * 43, '""'):
        answer = fetch(
            serving.root + path,
            Cookie=f"cafleet-{port}={value}",
            Origin=serving.root[:-1],
        )
        assert (answer.status, value) == (403, value)


async def test_the_token_becomes_a_cookie_and_leaves_the_address(
    serving: Serving,
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(serving.address, allow_redirects=False) as got,
    ):
        assert (got.status, got.headers["Location"]) == (303, "/")
        cookie = got.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    token = serving.address.partition("token=")[2]
    assert len(token) >= 43
    assert token not in cookie


async def test_a_wrong_token_is_refused_in_spite_of_a_good_cookie(
    visitor: aiohttp.ClientSession, serving: Serving
) -> None:
    assert (await status(visitor, serving.root))[0] == 200
    assert (await status(visitor, serving.root + "?token=wrong"))[0] == 403


@pytest.mark.parametrize(
    "host", ["foreign.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.foreign.example"]
)
async def test_a_foreign_host_is_refused(
    visitor: aiohttp.ClientSession, serving: Serving, host: str
) -> None:
    refusal = "Refused: this Host is not the one that the server was started for.\n"
    assert await status(visitor, serving.root, Host=host) == (403, refusal)
    assert await status(visitor, serving.address, Host=host) == (403, refusal)
    origin = f"http://{host}"
    assert await refused_socket(visitor, serving, Host=host, Origin=origin) == 403


@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://127.0.0.1:1", "https://"])
async def test_a_foreign_origin_is_refused(
    visitor: aiohttp.ClientSession, serving: Serving, origin: str
) -> None:
    refusal = "Refused: this Origin is not the server's own page.\n"
    assert await status(visitor, serving.root, Origin=origin) == (403, refusal)
    assert await refused_socket(visitor, serving, Origin=origin) == 403


async def test_a_web_socket_needs_cookie_and_origin(
    visitor: aiohttp.ClientSession, serving: Serving
) -> None:
    own = serving.root[:-1]
    assert await refused_socket(visitor, serving) == 403
    async with aiohttp.ClientSession() as stranger:
        assert await refused_socket(stranger, serving, Origin=own) == 403
    async with visitor.ws_connect(web_socket(serving), headers={"Origin": own}) as wire:
        await wire.send_json(["ping", "7"])
        async with asyncio.timeout(20):
            while (await wire.receive()).data != '["pong", "7"]':
                pass


async def test_another_name_of_this_machine_is_let_in(
    visitor: aiohttp.ClientSession, serving: Serving
) -> None:
    other = f"localhost:{serving.document['port']}"
    assert (await status(visitor, serving.address, Host=other))[0] == 303


async def test_nothing_that_is_served_asks_another_host(
    visitor: aiohttp.ClientSession, serving: Serving
) -> None:
    async with visitor.get(serving.root) as page:
        policy = page.headers["Content-Security-Policy"]
        text = await page.text()
    named = re.findall(r'(?:href|src)="([^"]+)"', text)
    files = [name for name in named if name.startswith("/")]
    assert set(named) - set(files) == {"data:,"}
    assert len(files) == 4
    assert set(re.findall(r"\w+://[^ ;]+", policy)) == {f"ws://{serving.host}"}
    assert "default-src 'self'" in policy
    for name in (name for name in files if name.endswith(".css")):
        _, sheet = await status(visitor, serving.root + name[1:])
        for asked in re.findall(r"url\(\"?([^)\"]+)|@import", sheet):
            assert asked.startswith("/static/fonts/")
            async with visitor.get(serving.root + asked[1:]) as font:
                assert font.status == 200


@pytest.mark.parametrize("path", ["page/../cli.py", "page/%2e%2e/cli.py", "static/"])
async def test_no_other_file_is_served(
    visitor: aiohttp.ClientSession, serving: Serving, path: str
) -> None:
    assert (await status(visitor, serving.root + path))[0] in (403, 404)


def test_the_token_is_in_no_process_and_in_no_log(
    registry: Registry, registry_path: Path
) -> None:
    running = Serving(command_line(), environment(registry_path))
    token = running.address.partition("token=")[2]
    fetch(running.address)
    fetch(running.root + "?token=wrong")
    for of in ("cmdline", "environ"):
        assert token.encode() not in Path(f"/proc/{running.pid}/{of}").read_bytes()
    code, out, err = running.end()
    assert (code, out, err) == (0, "", "The server has ended.\n")


def test_a_taken_port_is_one_line(serving: Serving, registry_path: Path) -> None:
    port = str(serving.document["port"])
    refused = cafleet(registry_path, "server", "--port", port)
    assert refused == (
        1,
        "",
        f"Error: 127.0.0.1:{port} is taken by another program; choose another port "
        "with --port (0 takes a free one).\n",
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_beyond_loopback_it_says_what_that_means(
    registry_path: Path, host: str
) -> None:
    refused = cafleet(registry_path, "server", "--host", host, "--port", "0")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"Error: {host} is not a loopback address: ")
    assert "type into every member's pane" in refused.err
    assert refused.err.endswith("If that is meant, add --allow-remote.\n")


@pytest.mark.parametrize(
    ("host", "code", "message"),
    [
        ("", 2, "the host to listen at is empty."),
        ("no such host", 2, "no address is known for host 'no such host'."),
    ],
)
def test_a_host_that_is_none_is_one_line(
    registry_path: Path, host: str, code: int, message: str
) -> None:
    refused = cafleet(registry_path, "server", "--host", host, "--port", "0")
    assert refused == (code, "", f"Error: {message}\n")


def test_when_remote_is_meant_it_warns_and_serves(
    registry: Registry, registry_path: Path
) -> None:
    everywhere = ("--host", "0.0.0.0", "--port", "0", "--allow-remote")
    running = Serving(command_line(), environment(registry_path), *everywhere)
    port = running.document["port"]
    token = running.address.partition("?")[2]
    try:
        assert fetch(f"http://127.0.0.1:{port}/?{token}").status == 200
        rebound = fetch(
            f"http://127.0.0.1:{port}/?{token}", Host=f"evil.example:{port}"
        )
        assert rebound.status == 403
    finally:
        code, _, err = running.end()
    assert code == 0
    assert err.startswith("Warning: 0.0.0.0 is not a loopback address: ")


def test_settings_say_where_and_options_win(
    registry: Registry, registry_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = {"CAFLEET_BROKER_HOST": "localhost", "CAFLEET_BROKER_PORT": port}
        refused = cafleet(registry_path, "server", **said)
        assert f"localhost:{port} is taken" in refused.err
        env = environment(registry_path, **said)
        with Serving(command_line(), env, "--port", "0") as running:
            assert running.host.startswith("localhost:")
            assert running.document["port"] != int(port)
            eventually(lambda: fetch(running.address).status == 200)


def test_the_address_is_the_answer(registry: Registry, registry_path: Path) -> None:
    with Serving(command_line(), environment(registry_path)) as running:
        assert set(running.document) == {
            *("address", "host", "phone", "port", "session_id", "read_only")
        }
        pattern = r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}"
        assert re.fullmatch(pattern, running.address)


def test_an_installation_can_be_checked_without_a_browser(
    registry: Registry, registry_path: Path
) -> None:
    check_server(command_line(), environment(registry_path))
