"""The control room in a real browser: drawing, sending, reconnecting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from tests.server.browser import CHROMIUM, Browser
from tests.server.serving import Serving
from tests.team import Team, log_of
from tests.terminal import command_line, environment, eventually, turns

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH")

CONTROL = 2


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with Browser(tmp_path / "profile") as running:
        yield running


async def test_a_message_typed_in_the_browser_reaches_the_member_s_pane(
    team: Team, serving: Serving, browser: Browser, tmp_path: Path
) -> None:
    tab = await browser.tab(serving.address)
    await tab.shows("drafter", "reviewer", "Sending as Administrator")
    await tab.type("@drafter first line")
    await tab.press("j", 74, CONTROL)
    await tab.type("second line")
    await tab.shows("Administrator → drafter", "second line")
    await tab.press("Enter", 13)
    log = log_of(tmp_path, "drafter")
    [turn] = await asyncio.to_thread(eventually, lambda: turns(log))
    assert "first line" in turn
    assert "second line" in turn
    await tab.shows("pushed")
    assert await tab.run("location.href") == serving.root
    assert {urlsplit(asked).netloc for asked in tab.requested} <= {serving.host, ""}
    assert tab.complaints == []


async def test_a_reload_loses_neither_messages_nor_what_is_being_written(
    team: Team, serving: Serving, browser: Browser, registry: Registry
) -> None:
    tab = await browser.tab(serving.address)
    await tab.shows("drafter")
    await tab.type("@reviewer half a thought")
    await tab.shows("half a thought")
    await tab.reload()
    await tab.shows("Administrator → reviewer", "half a thought")
    send.send(registry, team.director, [team.others["drafter"]], "Meanwhile.")
    await tab.shows("Meanwhile.", "half a thought")
    await tab.type(", finished")
    await tab.shows("half a thought, finished")
    await tab.press("Enter", 13)
    await tab.until(lambda shown: shown.count("pushed") == 2)
    entries = pages.newest(registry, team.session.session_id)
    assert [one.text for one in entries] == ["Meanwhile.", "half a thought, finished"]


async def test_a_lost_connection_comes_back_by_itself(
    team: Team, serving: Serving, browser: Browser, registry: Registry
) -> None:
    tab = await browser.tab(serving.address)
    await tab.shows("drafter")
    await tab.type("@drafter unsent")
    await tab.shows("unsent")
    await tab.cut_off()
    send.send(registry, team.director, [team.others["drafter"]], "While away.")
    await tab.until(lambda shown: "unsent" in shown and "While away." in shown)
    await tab.type(" no more")
    await tab.shows("unsent no more")


async def test_a_server_started_anew_is_said(
    team: Team, browser: Browser, registry_path: Path
) -> None:
    env = environment(registry_path)
    first = Serving(command_line(), env)
    tab = await browser.tab(first.address)
    await tab.shows("drafter")
    first.end()
    port = str(first.document["port"])
    await tab.says("The connection is lost")
    with Serving(command_line(), env, "--port", port) as second:
        await tab.says("The server was started anew")
        await tab.open(second.address)
        await tab.shows("drafter")


async def test_leaving_the_room_ends_it_and_it_can_be_opened_again(
    team: Team, serving: Serving, browser: Browser
) -> None:
    tab = await browser.tab(serving.address)
    await tab.shows("drafter")
    await tab.press("q", 81, CONTROL)
    await tab.says("The control room has ended.")
    await tab.run("document.querySelector('#notice button').click()")
    await tab.shows("drafter", "Sending as Administrator")


async def test_ten_tabs_at_once_show_the_same_and_each_its_own_draft(
    team: Team, serving: Serving, browser: Browser, registry: Registry
) -> None:
    tabs = [await browser.tab(serving.address) for _ in range(10)]
    for tab in tabs:
        await tab.shows("drafter", "reviewer")
    for number, tab in enumerate(tabs):
        await tab.type(f"@drafter draft-{number}.")
    send.send(registry, team.director, [team.others["drafter"]], "To all ten.")
    for number, tab in enumerate(tabs):
        shown = await tab.shows("To all ten.", f"draft-{number}.")
        assert shown.count("draft-") == 1
    await tabs[7].press("Enter", 13)
    for tab in tabs:
        await tab.shows("draft-7.")
    entries = pages.newest(registry, team.session.session_id)
    assert [one.text for one in entries] == ["To all ten.", "draft-7."]


async def test_the_mouse_works_and_small_windows_too(
    team: Team, serving: Serving, browser: Browser
) -> None:
    tab = await browser.tab(serving.address)
    shown = (await tab.shows("drafter", "reviewer")).splitlines()
    row = next(at for at, line in enumerate(shown) if "reviewer" in line)
    await tab.click(row, shown[row].index("reviewer") + 2)
    await tab.until(lambda seen: "reviewer  standin" in seen)
    await tab.resize(500, 330)
    await tab.until(lambda seen: len(seen.splitlines()[2]) < 60 and "Timeline" in seen)


async def test_a_read_only_server_types_nothing(
    team: Team, browser: Browser, registry: Registry, registry_path: Path
) -> None:
    looking = ("--read-only", "--port", "0")
    with Serving(command_line(), environment(registry_path), *looking) as serving:
        assert serving.document["read_only"] is True
        tab = await browser.tab(serving.address)
        await tab.shows("Only looking", "ping, input, exec")
        await tab.type("@drafter hello")
        await tab.press("Enter", 13)
        await tab.shows("drafter", "Only looking")
    assert pages.newest(registry, team.session.session_id) == []
    assert registry.rows("SELECT * FROM monitors") == []
