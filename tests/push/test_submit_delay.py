"""A pause between a text and its Enter: in the tmux server, where the pane proves itself again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cafleet_core.panes.tmux import facts
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome
from tests.push.panes import a_recorder, a_turn, recorded, strokes, type_one
from tests.terminal import Terminal, eventually

DELIVERED = PushResult(PushOutcome.DELIVERED)
PAUSE = 250
QUESTION = "^Shall I"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "typed"


@pytest.fixture
def turn(terminal: Terminal, log: Path) -> Turn:
    """A turn with a pause for a program that writes down what it gets."""
    pane = a_recorder(terminal, log)
    position = terminal.tmux("display-message", "-p", "-t", pane, facts.POSITION)
    return a_turn(terminal, pane, "hello")._replace(
        pause=PAUSE, position=position, hides=(QUESTION,)
    )


def is_typing(terminal: Terminal, pane: str) -> bool:
    option = f"#{{{facts.TYPING_OPTION}}}"
    return bool(terminal.tmux("display-message", "-p", "-t", pane, option))


def test_enter_follows_after_the_pause_and_nobody_types_in_between(
    terminal: Terminal, log: Path, turn: Turn
) -> None:
    began = time.monotonic()
    assert type_one(turn) == DELIVERED
    other = type_one(turn._replace(text="another", pause=0))
    if time.monotonic() - began < PAUSE / 1000:  # else this machine was too busy
        assert other is MOVED
    eventually(lambda: recorded(log).startswith(strokes(turn)))
    assert time.monotonic() - began > PAUSE / 1000
    eventually(lambda: not is_typing(terminal, turn.pane_id))
    assert type_one(turn._replace(text="then", pause=0)) == DELIVERED
    eventually(lambda: recorded(log).endswith("then\x1b[201~\r"))


def test_a_question_that_comes_up_in_the_pause_is_not_answered(
    terminal: Terminal, log: Path, turn: Turn
) -> None:
    tty = terminal.tmux("display-message", "-p", "-t", turn.pane_id, "#{pane_tty}")
    assert type_one(turn) == DELIVERED
    Path(tty).write_text("\r\nShall I delete it?\r\n")
    eventually(lambda: not is_typing(terminal, turn.pane_id))
    assert recorded(log) == strokes(turn._replace(submit=False))


def test_an_enter_alone_and_a_key_wait_for_nothing(log: Path, turn: Turn) -> None:
    assert type_one(turn._replace(text="")) == DELIVERED
    assert type_one(turn._replace(text="", press="y", submit=False)) == DELIVERED
    eventually(lambda: recorded(log) == "\ry")
