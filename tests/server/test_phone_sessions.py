"""The page for a phone with two sessions: whose question it is, and who gets the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry
from tests.server.asking import Asking
from tests.server.browser import CHROMIUM, Browser
from tests.server.serving import Serving
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH")


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with Browser(tmp_path / "profile") as running:
        yield running


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter")


async def test_each_session_s_question_is_answered_where_it_is_asked(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    serving: Serving,
    browser: Browser,
    tmp_path: Path,
) -> None:
    other = a_team(registry, "tester")
    first = Asking(registry, terminal, team, "first", tmp_path / "first")
    second = Asking(registry, terminal, other, "second", tmp_path / "second")
    first.asks("Apply patch 0?|Yes 0|No 0")
    second.asks("Apply patch 1?|Yes 1|No 1")
    tab = await browser.tab("about:blank")
    await tab.phone()
    await tab.open(serving.address.replace("/?", "/m?"))
    for words in ("Apply patch 0?", "Apply patch 1?"):
        await tab.says(words)
    await tab.tap("No 1")
    await asyncio.to_thread(eventually, lambda: second.typed == "2")
    assert first.typed == ""
    await tab.run(f"choose({other.session.session_id!r}, [])")
    await tab.tap("tester")
    await tab.run("$('words').focus()")
    await tab.type("Go on.")
    await tab.tap("Send")
    await tab.says("Sent to 1.")
    *_, written = pages.newest(registry, other.session.session_id)
    assert written.text == "Go on."
    assert not pages.newest(registry, team.session.session_id)
    await tab.tap("Yes 0")
    await asyncio.to_thread(eventually, lambda: first.typed == "1")
    assert tab.complaints == []
    sessions.delete(registry, other.session.session_id)
    await tab.says("Nobody asks anything.")
