"""A crash in any thread ends the room clean: the terminal as it was, one line, no traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually
from tests.tui.test_ending import AS_IT_WAS, asked

CRASHES = {
    "the interface": "cafleet_tui.app.CafleetApp.on_event",
    "who reads the registry": "cafleet_tui.data.feed.Feed._pause",
    "who looks at the panes": "cafleet_tui.data.pane_watch.PaneWatch._see",
    "who reads the keys": "cafleet_tui.terminal.driver.TerminalDriver.process_message",
    "who waits for the end": "cafleet_tui.terminal.end.Ending._reason",
}
"""What raises in each thread, once a file is there."""

PROGRAM = """
import importlib, os, sys
from functools import wraps

crash, what, *sys.argv[1:] = sys.argv[1:]
module, kind, name = what.rsplit(".", 2)
owner = getattr(importlib.import_module(module), kind)
sound = getattr(owner, name, lambda *_: None)

@wraps(sound)
def crashing(*args, **kwargs):
    if name == "_reason":
        import time
        while not os.path.exists(crash):
            time.sleep(0.05)
    if os.path.exists(crash):
        raise ZeroDivisionError("secret words of an agent")
    return sound(*args, **kwargs)

setattr(owner, name, crashing)
from cafleet_core.__main__ import main
main()
"""


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@pytest.mark.parametrize("thread", CRASHES)
def test_a_crash_ends_the_room_clean(
    terminal: Terminal, team: Team, tmp_path: Path, thread: str
) -> None:
    crash, code_file = tmp_path / "crash", tmp_path / "code"
    line = f'"$@"; echo $? > {code_file}; exec sleep 600'
    program = [sys.executable, "-c", PROGRAM, str(crash), CRASHES[thread]]
    tui = [*program, "tui", "--session-id", team.session.session_id]
    pane = terminal.pane(["sh", "-c", line, "sh", *tui])
    eventually(lambda: "drafter" in terminal.screen(pane), 30)
    crash.touch()
    terminal.keys(pane, "x")
    eventually(lambda: code_file.exists() and code_file.read_text("ascii"), 30)
    assert code_file.read_text("ascii").strip() == "1"
    assert asked(terminal, pane) == AS_IT_WAS
    first, *others = terminal.screen(pane).strip().split("\n")
    assert first.startswith("Error: internal error: ZeroDivisionError")
    assert "Traceback" not in "".join(others)
    assert "secret words" not in terminal.screen(pane)


def test_bytes_that_are_no_text_stop_no_key(terminal: Terminal, team: Team) -> None:
    line = ["-m", "cafleet_core", "tui", "--session-id", team.session.session_id]
    pane = terminal.pane([sys.executable, *line])
    eventually(lambda: "Sending as" in terminal.screen(pane), 30)
    terminal.tmux("send-keys", "-t", pane, "-H", "ff", "e6", "ff")
    terminal.keys(pane, "-l", "hello")
    eventually(lambda: "hello" in terminal.screen(pane))
