"""The control rooms' processes end with the server, however that ends."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.server.serving import Serving
from tests.team import Team
from tests.terminal import command_line, environment, eventually

TAB = "0123456789abcdef" * 2


def rooms(serving: Serving) -> list[int]:
    """The process ids of a server's control rooms."""
    children = Path(f"/proc/{serving.pid}/task/{serving.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def runs(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


@pytest.mark.parametrize("killed", [False, True])
async def test_no_room_outlives_its_server(
    team: Team, registry_path: Path, killed: bool
) -> None:
    serving = Serving(command_line(), environment(registry_path))
    jar = aiohttp.CookieJar(unsafe=True)  # unsafe: cookies of an address, not a name
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        await session.get(serving.address)
        own = {"Origin": serving.root[:-1]}
        page = await session.ws_connect(f"{serving.root}ws/{TAB}", headers=own)
        assert isinstance((await page.receive(timeout=20)).data, bytes)
        [room] = rooms(serving)
        if killed:
            serving.kill()
        else:
            assert serving.end()[0] == 0
        eventually(lambda: not runs(room))
