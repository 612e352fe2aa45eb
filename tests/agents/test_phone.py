"""A real Claude Code's permission question, answered on a phone by touch."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import open_registry
from tests.agents.models import ModelApi
from tests.agents.office import Office
from tests.agents.programs import AT_REST, STARTING, Programs
from tests.agents.replies import PERMIT
from tests.server.browser import CHROMIUM, Browser
from tests.server.serving import Serving
from tests.team import a_team
from tests.terminal import Terminal, command_line, environment, eventually

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH"),
    pytest.mark.timeout(600),  # the program loads much
]


async def test_its_permission_question_is_answered_from_the_page(
    tmp_path: Path,
) -> None:
    path = tmp_path / "registry.db"
    registry, terminal = open_registry(path), Terminal(tmp_path / "tmux.sock", path)
    try:
        with ModelApi() as api, Serving(command_line(), environment(path)) as serving:
            programs = Programs(tmp_path, terminal, api)
            office = Office(registry, programs, a_team(registry))
            pane = programs.start("claude")
            office.hires("claude", "claude", pane)
            programs.awaits(pane, AT_REST["claude"], timeout=STARTING)
            office.becomes("claude", "idle")
            async with Browser(tmp_path / "profile") as browser:
                tab = await browser.tab("about:blank")
                await tab.phone()
                await tab.open(serving.address.replace("/?", "/m?"))
                await tab.says("Nobody asks anything.")
                took: list[float] = []
                for _ in range(3):
                    programs.says(pane, f"{PERMIT} me")
                    office.becomes("claude", "waiting")
                    await tab.says("Do you want to proceed?")
                    await tab.finds("Yes", "#questions")
                    began = time.monotonic()
                    await tab.tap("Yes", "#questions")
                    eventually(lambda: office.view("claude").question is None)
                    took.append(time.monotonic() - began)
                    office.becomes("claude", "idle")
                    await tab.says("Nobody asks anything.")
            print(f"from the tap until the question is gone: {min(took):.2f} s")
    finally:
        terminal.close()
        registry.close()
