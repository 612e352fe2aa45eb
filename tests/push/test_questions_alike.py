"""Questions that end alike and ask for something else: an answer is for the one that was seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cafleet_core.errors import Refused
from cafleet_core.panes.reading import question
from cafleet_core.panes.reading.look import look
from cafleet_core.readings import Question
from tests.push.panes import meanwhile
from tests.push.stage import CHOICE, Showing, Stage, showing, tmux_server

__all__ = ["showing", "tmux_server"]

RULE = "─" * 100
OPTIONS = "❯ 1. Yes\n  2. No\n\nEsc to cancel"
COMMAND = "\n".join(f"  step {number}" for number in range(9))


def claude(first: str) -> str:
    """A permission prompt for a long command, of which only the first line differs."""
    dashes = "╌" * 100
    asked = f" Bash command\n{dashes}\n {first}\n{COMMAND}\n{dashes}"
    return f"● Two of them.\n{RULE}\n{asked}\n Do you want to proceed?\n{OPTIONS}\n"


def codex(first: str) -> str:
    """The same without any edge, as Codex paints it."""
    command = f"  $ {first}\n{COMMAND}"
    return f"• Running it\n\n  Run the following command?\n\n{command}\n\n{OPTIONS}\n"


def plan(first: str) -> str:
    """A question below a text that is longer than where cues are looked for."""
    return f"{RULE}\n {first}\n{COMMAND}\n{COMMAND}\n{COMMAND}\nGo on?\n{OPTIONS}\n"


LOOKS = pytest.mark.parametrize("asks", [claude, codex, plan])


def seen(stage: Stage) -> Question:
    asked = look([stage.member])[stage.member.agent_id].question
    assert asked is not None
    return asked


@LOOKS
def test_an_answer_to_the_one_is_refused_by_the_other(
    showing: Showing, asks: Callable[[str], str]
) -> None:
    stage = showing(CHOICE)
    stage.terminal.draw(stage.pane, asks("rm -r build"))
    first = seen(stage)
    stage.terminal.draw(stage.pane, asks("rm -r /"))
    assert seen(stage)[:2] == first[:2]
    with pytest.raises(Refused, match="another question"):
        stage.choose(1, first)
    assert stage.typed == ""
    stage.choose(1, seen(stage))


@LOOKS
def test_it_is_not_typed_at_the_other_that_comes_up_meanwhile(
    showing: Showing, monkeypatch: pytest.MonkeyPatch, asks: Callable[[str], str]
) -> None:
    stage = showing(CHOICE)
    stage.terminal.draw(stage.pane, asks("rm -r build"))
    first = seen(stage)
    meanwhile(monkeypatch, lambda: stage.terminal.draw(stage.pane, asks("rm -r /")))
    with pytest.raises(Refused, match="another question"):
        stage.choose(1, first)
    assert stage.typed == ""


def test_what_stands_above_its_edge_is_not_the_questions() -> None:
    first, second = claude("ls"), claude("ls").replace("Two of them", "Both of them")
    assert question.read(first) == question.read(second)
