"""The page for a phone in a real browser, 390 by 844, by touch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cafleet_core.broker.messages import inbox, pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_tui.server.phone import page
from tests.server.asking import Asking
from tests.server.browser import CHROMIUM, Browser, Tab
from tests.server.serving import Serving, fetch
from tests.team import Team, log_of
from tests.terminal import Terminal, command_line, environment, eventually, turns

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH")

HOSTILE = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>\x1b[31m‮'


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with Browser(tmp_path / "profile") as running:
        yield running


@pytest.fixture
def asking(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> Asking:
    """An agent that will ask."""
    return Asking(registry, terminal, team, "asker", tmp_path / "asked")


def address(serving: Serving) -> str:
    """What the printed address is for a phone."""
    return serving.address.replace("/?", "/m?")


async def opened(browser: Browser, serving: Serving, scheme: str = "dark") -> Tab:
    """The page on a phone, once it shows the team."""
    tab = await browser.tab("about:blank")
    await tab.phone(scheme)
    await tab.open(address(serving))
    await tab.says("live")
    return tab


async def test_a_question_is_answered_by_one_touch_within_a_second(
    team: Team, serving: Serving, browser: Browser, asking: Asking
) -> None:
    asking.asks(*(f"Apply patch {number}?|Yes|No, none" for number in "1234"))
    tab = await opened(browser, serving)
    took: list[float] = []
    for number in range(1, 4):
        await tab.says(f"Apply patch {number}?")
        await tab.finds("No, none")
        began = time.monotonic()
        await tab.tap("No, none")
        await asyncio.to_thread(
            eventually, lambda number=number: asking.typed == "2" * number
        )
        took.append(time.monotonic() - began)
    assert min(took) < 1  # the machine may be busy with other things
    await tab.says("Apply patch 4?")
    assert "Apply patch 3?" not in str(await tab.run("document.body.innerText"))
    assert await tab.run("location.href") == serving.root + "m"
    assert {urlsplit(asked).netloc for asked in tab.requested} <= {serving.host, ""}
    assert tab.complaints == []


async def test_words_go_to_the_answer_that_takes_them(
    team: Team, serving: Serving, browser: Browser, asking: Asking
) -> None:
    asking.asks("Which name?|Keep it|+Type something", "Sure?|Yes|No")
    tab = await opened(browser, serving)
    await tab.tap("Type something")
    await tab.type("call it plan-b")
    await asyncio.sleep(5)  # longer than between two looks: what is being written stays
    await tab.tap("Answer")
    assert await asyncio.to_thread(eventually, lambda: asking.typed.endswith("\r"))
    assert "call it plan-b" in asking.typed
    await tab.says("Sure?")


async def test_an_answer_to_a_question_that_is_gone_is_refused_and_says_so(
    team: Team, serving: Serving, browser: Browser, asking: Asking
) -> None:
    asking.asks("Read the file?|Yes|No", "Delete the disk?|Yes|No")
    tab = await opened(browser, serving)
    await tab.says("Read the file?")
    await tab.run("refresh = () => {}; clearTimeout(timer)")
    while await tab.run("busy"):  # a phone that has not looked since
        await asyncio.sleep(0.05)
    await asyncio.to_thread(asking.goes_on, "Delete the disk?")
    await tab.tap("Yes", "#questions")
    await tab.says("another question is on the screen by now; nothing was typed.")
    assert asking.typed == ""


async def test_one_several_and_all_are_written_to(
    team: Team, serving: Serving, browser: Browser, registry: Registry, tmp_path: Path
) -> None:
    tab = await opened(browser, serving)
    await tab.tap("drafter", "#to")
    await tab.tap("reviewer", "#to")
    await tab.tap("Choose who, then write …")
    await tab.type("Please both stop.")
    await tab.tap("Send")
    await tab.says("Sent to 2.")
    for name in ("drafter", "reviewer"):
        log = log_of(tmp_path, name)
        assert await asyncio.to_thread(eventually, lambda log=log: turns(log))
    await tab.tap("All", "#to")
    await tab.tap("Choose who, then write …")
    await tab.type("Everybody.")
    await tab.tap("Send")
    await tab.says("Sent to 3.")
    both, everyone = pages.newest(registry, team.session.session_id)
    assert [len(both.deliveries), len(everyone.deliveries)] == [2, 3]
    assert both.sender_id == everyone.sender_id == team.administrator.agent_id


async def test_mail_comes_live_is_answered_and_acked(
    team: Team, serving: Serving, browser: Browser, registry: Registry
) -> None:
    tab = await opened(browser, serving)
    await tab.says("Nothing waits for you.")
    sent = send.send(
        registry, team.others["drafter"], [team.administrator], "Which way?"
    )
    await tab.says("Which way?")
    await tab.tap("Reply")
    await tab.type("The short one.")
    await tab.tap("Send")
    await tab.says("Nothing waits for you.")
    newest = pages.newest(registry, team.session.session_id)[-1]
    assert (newest.text, newest.reply_to_task_id) == (
        "The short one.",
        sent.task.task_id,
    )
    send.send(registry, team.others["drafter"], [team.administrator], "Thanks.")
    await tab.says("Thanks.")
    await tab.tap("Done")
    await tab.says("Nothing waits for you.")
    assert inbox.poll(registry, team.administrator) == []


async def test_hostile_names_questions_and_bodies_stay_text(
    team: Team, serving: Serving, browser: Browser, registry: Registry, asking: Asking
) -> None:
    asking.asks(f"{HOSTILE[:40]}?|<b>Yes</b>|<script>window.owned=1</script>")
    with registry.write():
        registry.execute(
            "UPDATE agents SET name = ? WHERE name = 'drafter'", (HOSTILE,)
        )
        registry.execute("UPDATE sessions SET label = ?", (HOSTILE,))
    send.send(registry, team.others["drafter"], [team.administrator], HOSTILE)
    tab = await opened(browser, serving)
    await tab.says("<b>Yes</b>")
    await tab.says("<script>window.owned=1</script>")
    assert await tab.run("window.owned") is None
    assert await tab.run("document.querySelectorAll('img, main script').length") == 0
    shown = str(await tab.run("document.body.innerText"))
    assert not {"\x1b", "‮"} & set(shown)
    assert tab.complaints == []


async def test_a_read_only_page_looks_and_offers_nothing(
    team: Team, registry_path: Path, browser: Browser, asking: Asking
) -> None:
    asking.asks("Apply the patch?|Yes|No")
    command, env = command_line(), environment(registry_path)
    with Serving(command, env, "--port", "0", "--read-only") as looking:
        tab = await opened(browser, looking)
        await tab.says("live, read-only")
        await tab.says("Apply the patch?")
        enabled = "[...document.querySelectorAll('#questions button')].every((each) => each.disabled)"
        assert await tab.run(enabled)


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_everything_can_be_read_and_touched_at_the_size_of_a_phone(
    team: Team,
    serving: Serving,
    browser: Browser,
    registry: Registry,
    asking: Asking,
    scheme: str,
) -> None:
    asking.asks(
        "Do you want to run make release in the folder of the project?"
        "|Yes|Yes, and do not ask again for commands that begin with make|+No, and tell it what to do instead"
    )
    send.send(
        registry,
        team.others["drafter"],
        [team.administrator],
        "The plan is ready.\n\nTwo open points:\n- the name\n- the date",
    )
    tab = await opened(browser, serving, scheme)
    await tab.says("The plan is ready.")
    await tab.tap("drafter", "#to")
    await tab.picture(Path(f"/tmp/phone-{scheme}.png"))
    assert await tab.run("document.documentElement.scrollWidth") == 390
    small = "[...document.querySelectorAll('button, input, textarea')].filter((each) => each.getBoundingClientRect().height < 38).length"
    assert await tab.run(small) == 0


def test_without_the_token_there_is_no_page(team: Team, serving: Serving) -> None:
    assert fetch(serving.root + "m").status == 403
    got = fetch(address(serving))
    assert got.status == 200
    assert len(got.text.encode()) <= page.LARGEST
    policy = got.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
