"""The link in a notification: a one-time right to answer one question, and nothing else."""

from __future__ import annotations

import asyncio
import json
import re
import stat
import sys
import urllib.parse
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.events import history
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer_rights, questions
from cafleet_core.broker.team.open_questions import open_questions
from cafleet_core.records import Agent
from cafleet_core.states import EventKind
from cafleet_core.views import EventFilter
from tests.server.api_client import exchange
from tests.server.asking import Asking
from tests.server.browser import CHROMIUM, Browser
from tests.server.serving import Serving
from tests.team import Team
from tests.terminal import Terminal, cafleet, eventually

FIRST, SECOND = "Read the file?|Yes|No|+Type something else", "Delete the disk?|Yes|No"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def asking(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> Asking:
    """An agent that will ask."""
    return Asking(registry, terminal, team, "asker", tmp_path / "asked")


def granted(registry: Registry, team: Team, agent: Agent) -> str:
    """A right to answer what an agent asks now."""
    (waiting,) = open_questions(registry, team.caller("Administrator"))
    assert waiting.question is not None
    asked = questions.question_id(waiting.question)
    return answer_rights.grant(registry, agent.session_id, agent.agent_id, asked)


def look(serving: Serving, right: str) -> tuple[int, str]:
    """What a phone without a cookie is shown."""
    status, text, _ = exchange(serving, "GET", f"/m/answer/{right}", {})
    return status, text


def press(serving: Serving, right: str, **fields: str) -> tuple[int, str]:
    """What a phone is told that presses a button."""
    headers = {"Content-Type": FORM, "Origin": serving.root.rstrip("/")}
    body = urllib.parse.urlencode(fields).encode()
    status, text, _ = exchange(serving, "POST", f"/m/answer/{right}", headers, body)
    return status, text


def told_from(registry: Registry) -> list[str]:
    """Through which interfaces answers came."""
    wanted = EventFilter(kinds=(EventKind.ANSWERED,))
    answered = history.newest(registry, wanted, 10)
    return [history.detail(event)["interface"] for event in answered]


def test_it_answers_its_question_once(
    registry: Registry, team: Team, serving: Serving, asking: Asking
) -> None:
    right = granted(registry, team, asking.asks(FIRST, SECOND))
    for _ in range(3):  # messengers look at links too, and use nothing up
        status, text = look(serving, right)
        assert (status, "Read the file?" in text) == (200, True)
    status, text = press(serving, right, choice="2")
    assert (status, "Answered: No" in text) == (200, True)
    assert eventually(lambda: asking.typed) == "2"
    assert told_from(registry) == ["phone"]
    for status, text in (look(serving, right), press(serving, right, choice="1")):
        assert (status, "used already, or is too old" in text) == (409, True)
    assert asking.typed == "2"


def test_it_does_not_answer_the_next_question(
    registry: Registry, team: Team, serving: Serving, asking: Asking
) -> None:
    right = granted(registry, team, asking.asks(FIRST, SECOND))
    asking.goes_on("Delete the disk?")
    for status, text in (look(serving, right), press(serving, right, choice="1")):
        assert (status, "another question is on the screen" in text) == (409, True)
        assert "Delete the disk?" not in text
    assert asking.typed == ""


def test_what_is_no_answer_does_not_use_it_up(
    registry: Registry, team: Team, serving: Serving, asking: Asking
) -> None:
    right = granted(registry, team, asking.asks(FIRST, SECOND))
    for fields in ({"choice": "7"}, {}, {"choice": "words", "freetext": " "}):
        assert press(serving, right, **fields)[0] == 409
    status, _ = press(serving, right, choice="words", freetext="only the head")
    assert status == 200
    assert eventually(lambda: asking.typed == "3only the head\r")


def test_words_where_no_answer_takes_them_do_not_use_it_up(
    registry: Registry, team: Team, serving: Serving, asking: Asking
) -> None:
    right = granted(registry, team, asking.asks(SECOND, SECOND))
    status, text = press(serving, right, choice="words", freetext="all of it")
    assert (status, "takes free text" in text) == (409, True)
    assert press(serving, right, choice="2")[0] == 200


def test_two_at_once_answer_once(
    registry: Registry, team: Team, serving: Serving, asking: Asking
) -> None:
    right = granted(registry, team, asking.asks(FIRST, FIRST, FIRST))

    async def both() -> list[tuple[int, str]]:
        calls = [asyncio.to_thread(press, serving, right, choice="1") for _ in range(6)]
        return await asyncio.gather(*calls)

    assert sorted(status for status, _ in asyncio.run(both())) == [200] + [409] * 5
    assert asking.typed == "1"


def test_it_ends_by_itself(
    registry: Registry,
    team: Team,
    serving: Serving,
    asking: Asking,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agent = asking.asks(FIRST)
    past = clock.now() - timedelta(seconds=answer_rights.VALID_SECONDS + 1)
    with monkeypatch.context() as earlier:
        earlier.setattr(clock, "now", lambda: past)
        right = granted(registry, team, agent)
    assert look(serving, right)[0] == 409
    assert asking.typed == ""


def test_it_lets_nobody_in_to_anything_else(
    registry: Registry, team: Team, serving: Serving, asking: Asking
) -> None:
    right = granted(registry, team, asking.asks(FIRST))
    assert look(serving, "A" * len(right))[0] == 409
    for path in ("/m", "/", "/api/v1/sessions", f"/m/answer/{right}/../../../"):
        assert exchange(serving, "GET", path, {})[0] in (403, 404)
    path = f"/m/answer/{right}"
    for headers in (
        {"Origin": "http://elsewhere.example"},
        {"Host": "elsewhere.example"},
    ):
        assert exchange(serving, "GET", path, headers)[0] == 403
        assert exchange(serving, "POST", path, headers, b"choice=1")[0] == 403
    _, _, got = exchange(serving, "GET", path, {})
    assert "Set-Cookie" not in got
    assert asking.typed == ""


def test_a_right_is_kept_as_a_hash_that_others_cannot_read(
    registry: Registry, team: Team, asking: Asking
) -> None:
    right = granted(registry, team, asking.asks(FIRST))
    assert len(right) == 43  # 32 bytes
    folder = Path(registry.folder) / "answer-rights"
    (file,) = folder.iterdir()
    assert right not in file.name + file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_hostile_words_stay_words(
    registry: Registry, team: Team, serving: Serving, asking: Asking
) -> None:
    hostile = '<script>alert(1)</script>"{nonce}{card}'
    right = granted(
        registry,
        team,
        asking.asks(f"{hostile}?|<b>{hostile}</b>|+Type something {hostile}"),
    )
    status, text = look(serving, right)
    assert status == 200
    assert "<script" not in text
    assert "{nonce}" in text
    assert not re.search(r'placeholder="[^"]*<', text)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH")
class TestOnAPhone:
    """The whole way: a rule's notification, its link, one touch."""

    @pytest.fixture
    async def browser(self, tmp_path: Path) -> AsyncIterator[Browser]:
        async with Browser(tmp_path / "profile") as running:
            yield running

    async def test_a_rule_s_link_answers_by_one_touch(
        self,
        team: Team,
        serving: Serving,
        asking: Asking,
        browser: Browser,
        registry_path: Path,
        tmp_path: Path,
    ) -> None:
        asking.asks(FIRST, SECOND)
        notified = tmp_path / "notified"
        code = "import os, sys; open(sys.argv[1], 'a').write(os.environ['CAFLEET_EVENT_LINK'])"
        config = tmp_path / "config" / "cafleet" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            f"[server]\nurl = {json.dumps(serving.root.rstrip('/'))}\n"
            "[[on]]\nevent = 'asked'\nlink = true\n"
            f"run = {json.dumps([sys.executable, '-c', code, str(notified)])}\n"
        )
        ran = cafleet(
            *(registry_path, "monitor", "--once"),
            *("--session-id", team.session.session_id),
            XDG_CONFIG_HOME=str(tmp_path / "config"),
        )
        assert ran.code == 0, ran
        link = notified.read_text()
        assert link.startswith(serving.root + "m/answer/")
        tab = await browser.tab("about:blank")
        await tab.phone()
        await tab.open(link)
        await tab.says("Read the file?")
        await tab.picture(Path("/tmp/phone-link.png"))
        await tab.tap("Yes")
        await tab.says("Answered: Yes")
        assert eventually(lambda: asking.typed) == "1"
        assert tab.complaints == []
