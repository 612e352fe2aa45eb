"""Typed only into the agent: whatever else is in front of a pane gets nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cafleet_core import process
from cafleet_core.panes.tmux import facts
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.push.panes import a_turn, stamp, type_one
from tests.terminal import Terminal, eventually

DELIVERED = PushResult(PushOutcome.DELIVERED)


def test_a_shell_in_front_is_shown_the_text_and_runs_none_of_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    pane = terminal.shell()
    stamp(terminal, pane)
    victim = tmp_path / "touched"
    words = f"[cafleet msg]\ntouch {victim}\n; exit\n\x1b]0;title\x07\x03"
    turn = a_turn(terminal, pane, words)._replace(process_names=("claude",))
    assert type_one(turn._replace(show=False)) == PushResult(
        PushOutcome.NONE, PushReason.NOT_THE_AGENT
    )
    assert victim.name not in terminal.screen(pane)
    assert type_one(turn._replace(show=True)) == PushResult(PushOutcome.SHOWN)
    eventually(lambda: f"touch {victim}" in terminal.screen(pane).replace("\n", ""))
    terminal.keys(pane, "", "Enter")
    terminal.keys(pane, "echo still", "Space", "here", "Enter")
    eventually(lambda: "\nstill here" in terminal.screen(pane))
    assert not victim.exists()
    assert facts.panes(terminal.socket)[pane].title != "title"


_ENDING = """
import ctypes, platform, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)
"""
"""A program whose first thread has ended, as while a large one is being torn down."""


def test_a_pane_whose_program_is_ending_is_shown_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    """tmux names the shell that had begun it until it has noticed."""
    ending = tmp_path / "ending.py"
    ending.write_text(_ENDING)
    pane = terminal.pane(["sh", "-c", f"exec {sys.executable} {ending}"])
    stamp(terminal, pane)
    process_id = facts.panes(terminal.socket)[pane].pid
    eventually(lambda: process.is_ending(process_id))
    assert facts.panes(terminal.socket)[pane].command == "sh"
    turn = a_turn(terminal, pane, "not shown")._replace(process_names=("claude",))
    gone = PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    assert type_one(turn._replace(show=True)) == gone
    assert "not shown" not in terminal.screen(pane)


def test_another_program_in_front_gets_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    editor = tmp_path / "editor"
    editor.symlink_to("/bin/cat")
    pane = terminal.pane(["bash", "-c", f"exec {editor} > {written}"])
    stamp(terminal, pane)
    eventually(lambda: facts.panes(terminal.socket)[pane].command == "editor")
    before = terminal.screen(pane)
    turn = a_turn(terminal, pane, ":!touch x")._replace(process_names=("claude",))
    assert type_one(turn) == PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
    terminal.keys(pane, "by hand", "Enter", "C-d")
    eventually(lambda: pane not in facts.panes(terminal.socket))
    assert written.read_text() == "by hand\n"
    assert before.strip() == ""


@pytest.mark.parametrize("name", ["my-agent_1.2+x", "x(y)", "a|b", "#{pid}", "a,b}"])
def test_a_program_of_any_name_is_typed_into_or_refused_never_mistaken(
    terminal: Terminal, tmp_path: Path, name: str
) -> None:
    program = tmp_path / name
    program.symlink_to("/bin/cat")
    pane = terminal.pane(["env", str(program)])
    stamp(terminal, pane)
    eventually(lambda: facts.panes(terminal.socket)[pane].command == name)
    result = type_one(a_turn(terminal, pane, "hello"))
    if name == "my-agent_1.2+x":
        assert result == DELIVERED
        eventually(lambda: "hello" in terminal.screen(pane))
    else:
        assert result == PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
