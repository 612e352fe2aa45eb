"""Answering: the queue over everybody who waits, each question once, by one key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cafleet_core.broker.messages import pages
from cafleet_core.readings import Option, Question
from cafleet_core.records import Agent
from cafleet_tui.controllers import answers
from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.dialogs.questions import Questions
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.widgets.question_queue import QuestionQueue
from tests.cli.conftest import desk
from tests.cli.desk import Desk
from tests.cli.pretender import ASKING, PROMPTED, Pretender, creating
from tests.terminal import eventually
from tests.tui.rooms import a_room, picture, source_of, until

__all__ = ["desk"]

OTHER = ASKING.replace("Apply the patch?", "Which branch?").replace("Yes", "main")
NUMBERLESS = "Do you trust this?\n❯ Yes, I do\n  No\nEnter to confirm"


class Queue(NamedTuple):
    """The open queue over members who each show a question and write down what they get."""

    desk: Desk
    pilot: Pilot[None]
    agents: dict[str, Pretender]

    @property
    def widget(self) -> QuestionQueue:
        assert isinstance(self.pilot.app.screen, Questions)
        return self.pilot.app.screen.queue

    @property
    def marked(self) -> Agent:
        """The member that the keys answer."""
        assert self.widget.marked is not None
        return self.widget.marked.member.agent

    def keys(self, name: str) -> str:
        """Everything that was typed to this member."""
        return self.agents[name].keys

    def other(self, name: str) -> str:
        return next(each for each in self.agents if each != name)

    async def sees(self, words: str) -> None:
        await until(self.pilot, lambda: words in picture(self.pilot))

    async def mark(self, name: str) -> None:
        while self.marked.name != name:
            await self.pilot.press("down")


Opening = Callable[..., AbstractAsyncContextManager[Queue]]


@pytest.fixture
def a_queue(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Opens the queue over members that are named, each with its screen."""

    @asynccontextmanager
    async def opened(**screens: str) -> AsyncIterator[Queue]:
        agents = {
            name: Pretender(tmp_path, name).plays(screen)
            for name, screen in screens.items()
        }
        config = "\n".join(_configured(agent) for agent in agents.values())
        home = tmp_path / "config"
        (home / "cafleet" / "config.toml").write_text(config, "utf-8")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
        for name in screens:
            hired = desk(*creating(name, name), XDG_CONFIG_HOME=str(home))
            assert hired.code == 0, hired.err
        source = source_of(Path(desk.registry.where))
        async with a_room(source, desk.team.session) as (_, pilot):
            queue = Queue(desk, pilot, agents)
            await queue.sees(f"{len(screens)} need you")
            await pilot.press("f2", "q")
            await until(pilot, lambda: isinstance(pilot.app.screen, Questions))
            await pilot.pause()
            yield queue

    return opened


def _configured(agent: Pretender) -> str:
    """The lines that make the agent known."""
    home = agent.configured(PROMPTED)["XDG_CONFIG_HOME"]
    return (Path(home) / "cafleet" / "config.toml").read_text("utf-8")


async def test_one_after_another_is_answered_by_one_key_and_nobody_twice(
    a_queue: Opening, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "REDRAWN_SECONDS", 600)
    async with a_queue(anna=ASKING, bert=OTHER) as queue:
        assert "Apply the patch?" in picture(queue.pilot)
        assert "Which branch?" in picture(queue.pilot)
        first = queue.marked.name
        second = queue.other(first)
        await queue.pilot.press("1")
        assert queue.marked.name == second
        await queue.pilot.press("2")
        eventually(lambda: (queue.keys(first), queue.keys(second)) == ("1", "2"))
        await queue.pilot.press("1", "k", "1", "t")
        await until(queue.pilot, lambda: picture(queue.pilot).count("✓ answered") == 2)
        assert (queue.keys(first), queue.keys(second)) == ("1", "2")
        kept = pages.newest(desk.registry, desk.team.session.session_id)
        assert [(each.sender_name, each.text.split("\n")[0]) for each in kept] == [
            ("Administrator", f"Answered 1 {'Yes' if first == 'anna' else 'main'}"),
            ("Administrator", "Answered 2 Only the first hunk"),
        ]
        await queue.pilot.press("escape")
        assert isinstance(queue.pilot.app.screen, ControlRoom)


async def test_the_next_question_of_one_who_was_answered_can_be_answered_at_once(
    a_queue: Opening, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "REDRAWN_SECONDS", 600)
    async with a_queue(anna=ASKING, bert=ASKING) as queue:
        await queue.mark("anna")
        placement = queue.marked.placement
        await queue.pilot.press("1")
        await until(queue.pilot, lambda: queue.keys("anna") == "1")
        await queue.sees("✓ answered")
        desk.terminal.draw((placement and placement.tmux_pane_id) or "", OTHER)
        await queue.sees("Which branch?")
        await queue.mark("anna")
        await queue.pilot.press("2")
        await until(queue.pilot, lambda: queue.keys("anna") == "12")


async def test_a_question_that_stands_there_longer_counts_as_asked_again(
    a_queue: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "REDRAWN_SECONDS", 0)
    async with a_queue(anna=ASKING, bert=OTHER) as queue:
        name = queue.marked.name
        await queue.pilot.press("1")
        await until(queue.pilot, lambda: queue.keys(name) == "1")
        await queue.pilot.press("2")
        await until(queue.pilot, lambda: queue.keys(name) == "12")


async def test_words_are_asked_for_and_enter_alone_chooses_without_any(
    a_queue: Opening,
) -> None:
    async with a_queue(anna=ASKING, bert=OTHER) as queue:
        pilot, first = queue.pilot, queue.marked.name
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskWords))
        pilot.app.screen.query_one(Input).value = "only the tests"
        await pilot.press("enter")
        await until(pilot, lambda: queue.keys(first).endswith("\r"))
        assert queue.keys(first) == "3only the tests\r"
        second = queue.marked.name
        assert second != first
        await pilot.press("3")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskWords))
        await pilot.press("enter")
        await until(pilot, lambda: queue.keys(second))
        assert queue.keys(second) == "3"


async def test_an_answer_that_is_refused_is_said_and_may_be_given_again(
    a_queue: Opening, desk: Desk
) -> None:
    async with a_queue(anna=ASKING, bert=OTHER) as queue:
        name, placement = queue.marked.name, queue.marked.placement
        pane = (placement and placement.tmux_pane_id) or ""
        desk.terminal.tmux("copy-mode", "-t", pane)
        await queue.pilot.press("1")
        await queue.sees(f"answer {name}: send failed")
        assert "✓ answered" not in picture(queue.pilot)
        desk.terminal.tmux("send-keys", "-t", pane, "-X", "cancel")
        await queue.mark(name)
        await queue.pilot.press("1")
        await until(queue.pilot, lambda: queue.keys(name) == "1")


async def test_a_prompt_without_numbers_is_listed_and_left_to_its_pane(
    a_queue: Opening,
) -> None:
    async with a_queue(anna=NUMBERLESS, bert=ASKING) as queue:
        assert "No numbered answers" in picture(queue.pilot)
        await queue.mark("anna")
        await queue.pilot.press("1")
        await queue.sees("anna: it asks nothing")
        await queue.pilot.press("g")
        await queue.sees("not inside tmux")
        assert queue.keys("anna") == ""


async def test_a_click_on_an_answer_gives_it(a_queue: Opening) -> None:
    async with a_queue(anna=ASKING, bert=OTHER) as queue:
        name = queue.other(queue.marked.name)
        lines = [queue.widget.render_line(y).text for y in range(20)]
        wanted = [y for y, line in enumerate(lines) if "Only the first" in line]
        await queue.pilot.click(queue.widget, offset=(6, wanted[1]))
        await until(queue.pilot, lambda: queue.keys(name) == "2")


async def test_a_question_that_has_changed_is_not_answered(
    a_queue: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_queue(anna=ASKING, bert=OTHER) as queue:
        seen = queue.widget.marked
        assert seen is not None
        assert seen.reading is not None
        stale = Question("Delete everything?", (Option(1, "Yes", False),))
        room = queue.pilot.app.screen_stack[-2]
        assert isinstance(room, ControlRoom)
        room.controllers.answers.answer(
            seen._replace(reading=seen.reading._replace(question=stale)), 1
        )
        await queue.sees("another question is on the screen")
        assert queue.keys(queue.marked.name) == ""
