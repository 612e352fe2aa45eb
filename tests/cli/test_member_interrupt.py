"""`member interrupt`: the agent's own key while it is seen at work, and seen to have stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.terminal import eventually, turns


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the worker writes down its turns."""
    return tmp_path / "log"


@pytest.fixture
def at_work(desk: Desk, log: Path) -> Any:
    """The member `worker`, seen to run a command that takes a minute."""
    logs = ("--env", f"CAFLEET_STANDIN_LOG={log}")
    made = desk.hire("worker", *logs, "--", "! sleep 60").document
    desk("member", "wait", "worker", "--state", "busy", "--timeout", "20")
    return made


def test_work_is_stopped_and_only_then_the_message_is_sent(
    desk: Desk, at_work: Any, log: Path
) -> None:
    done = desk("member", "interrupt", "worker", "--and", "Go home.", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.document["outcome"] == "interrupted"
    assert done.document["push"] == {"outcome": "delivered"}
    assert "Interrupted." in desk.terminal.screen(done.document["pane_id"])
    eventually(lambda: any(turn.endswith("\nGo home.") for turn in turns(log)))
    desk("member", "wait", "worker", "--state", "idle", "--timeout", "20")
    again = desk("member", "interrupt", "worker", "--and", "And again.")
    assert (again.code, again.err) == (1, "")
    assert again.out.splitlines() == [
        "worker is not busy; nothing was pressed.",
        "The message was not sent.",
    ]
    assert not any(turn.endswith("\nAnd again.") for turn in turns(log))


def test_one_that_goes_on_is_told_to_be_still_busy(
    desk: Desk, at_work: Any, log: Path
) -> None:
    """Its queue holds the same work again."""
    pane = at_work["placement"]["tmux_pane_id"]
    for _ in range(2):
        desk.terminal.keys(pane, "-l", "! sleep 60")
        desk.terminal.keys(pane, "Enter")
    eventually(lambda: "2 queued" in desk.terminal.screen(pane))
    done = desk("member", "interrupt", "worker", "--timeout", "1", "--and", "x")
    assert (done.code, done.out.splitlines()) == (
        3,
        [
            "worker is still busy 1 s after its key was pressed.",
            "The message was not sent.",
        ],
    )


def test_an_empty_message_is_refused_before_anything_is_pressed(
    desk: Desk, at_work: Any
) -> None:
    refused = desk("member", "interrupt", "worker", "--and", " ")
    assert (refused.code, refused.out) == (2, "")
    assert "the text of --and is empty." in refused.err
    assert desk("member", "interrupt", "worker").out == "worker is interrupted.\n"
