"""Hooks that a user has on tmux's commands: none of them comes between the check and the keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.push.panes import a_recorder, a_turn, recorded, strokes, type_one
from tests.terminal import Terminal, eventually

DELIVERED = PushResult(PushOutcome.DELIVERED)
WITHIN = ("after-paste-buffer", "after-send-keys", "after-display-message")
"""Those of the commands that follow the check."""

AROUND = ("after-set-buffer", "after-set-option", "after-set-hook")


def waits(terminal: Terminal, hook: str, log: Path) -> None:
    """Have a hook wait for a program, in which time others could come in between."""
    terminal.tmux(
        "set-hook", "-g", hook, f"run-shell 'echo {hook} >> {log}; sleep 0.1'"
    )


@pytest.mark.parametrize("hook", [*WITHIN, *AROUND])
def test_a_turn_is_typed_whole_and_nothing_runs_within_it(
    terminal: Terminal, tmp_path: Path, hook: str
) -> None:
    pane = a_recorder(terminal, tmp_path / "agent")
    turn = a_turn(terminal, pane, "two\nlines")._replace(keys="1", announces=("f00d",))
    waits(terminal, hook, tmp_path / "ran")
    assert type_one(turn) == DELIVERED
    eventually(lambda: recorded(tmp_path / "agent") == strokes(turn))
    ran = (tmp_path / "ran").read_text() if (tmp_path / "ran").exists() else ""
    assert not (ran and hook in WITHIN)
    assert terminal.tmux("list-buffers") == ""
    assert "@cafleet" not in terminal.tmux("show-options", "-g")


def test_a_question_that_a_hook_would_have_let_in_is_not_answered(
    terminal: Terminal, tmp_path: Path
) -> None:
    pane = a_recorder(terminal, tmp_path / "agent")
    turn = a_turn(terminal, pane, "hello")._replace(shows=("❯",))
    terminal.draw(pane, "❯")
    tty = terminal.tmux("display-message", "-p", "-t", pane, "#{pane_tty}")
    asks = f"run-shell 'printf \"\\033[2J\\033[HDelete it?\" > {tty}; sleep 0.3'"
    terminal.tmux("set-hook", "-g", "after-set-buffer", asks)
    moved = PushResult(PushOutcome.HELD, PushReason.BUSY)
    assert type_one(turn) == moved
    assert recorded(tmp_path / "agent") == ""
    assert terminal.tmux("list-buffers") == ""
