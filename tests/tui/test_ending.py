"""The room begins only in a terminal, and leaves it as it was however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry
from tests.team import Team, a_team
from tests.terminal import Terminal, command_line, environment, eventually

AS_IT_WAS = "0 0 1"
_ASKED = "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"


def asked(terminal: Terminal, pane: str) -> str:
    """The modes of a pane's terminal that a room sets, as in `AS_IT_WAS`."""
    return terminal.tmux("display-message", "-p", "-t", pane, _ASKED).strip()


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT]
)
def test_a_signal_leaves_the_terminal_as_it_was(
    terminal: Terminal, team: Team, number: signal.Signals, tmp_path: Path
) -> None:
    code_file = tmp_path / "code"
    line = f'"$@"; echo $? > {code_file}; exec sleep 600'
    tui = command_line("tui", "--session-id", team.session.session_id)
    pane = terminal.pane(["sh", "-c", line, "sh", *tui])
    eventually(lambda: "drafter" in terminal.screen(pane), 30)
    shell = terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}").strip()
    children = Path(f"/proc/{shell}/task/{shell}/children").read_text("ascii").split()
    os.kill(int(children[0]), number)
    eventually(lambda: code_file.exists() and code_file.read_text("ascii"), 30)
    assert code_file.read_text("ascii").strip() == str(128 + number)
    assert asked(terminal, pane) == AS_IT_WAS


def test_a_stopped_room_gives_the_terminal_back_and_draws_again_in_the_foreground(
    terminal: Terminal, team: Team
) -> None:
    pane = terminal.shell()
    tui = command_line("tui", "--session-id", team.session.session_id)
    terminal.keys(pane, "-l", " ".join(tui))
    terminal.keys(pane, "Enter")
    eventually(lambda: "drafter" in terminal.screen(pane), 30)
    shell = terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}")
    children = Path(f"/proc/{shell}/task/{shell}/children").read_text("ascii").split()
    os.kill(int(children[0]), signal.SIGTSTP)
    eventually(lambda: "Stopped" in terminal.screen(pane))
    assert asked(terminal, pane) == AS_IT_WAS
    terminal.keys(pane, "fg", "Enter")
    eventually(lambda: "Sending as" in terminal.screen(pane))
    terminal.keys(pane, "-l", "@drafter hello")
    eventually(lambda: "→ drafter" in terminal.screen(pane))


def test_without_a_terminal_it_does_not_begin(registry_path: Path, team: Team) -> None:
    done = subprocess.run(
        command_line("tui", "--session-id", team.session.session_id),
        env=environment(registry_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: the control room needs a terminal;")


def test_what_an_input_method_writes_arrives_as_it_is(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    tui = command_line("tui", "--session-id", team.session.session_id)
    pane = terminal.pane(tui)
    eventually(lambda: "drafter" in terminal.screen(pane), 30)
    words = "東京　大阪 a\u00a0b 👩\u200d💻"
    terminal.keys(pane, "-l", f"＠drafter {words}")
    eventually(lambda: "→ drafter" in terminal.screen(pane), 30)
    terminal.keys(pane, "Enter")
    [entry] = eventually(lambda: pages.newest(registry, team.session.session_id), 30)
    assert entry.text == words
