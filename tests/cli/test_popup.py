"""Popups: the control room or a file over a window, on a real tmux that a terminal looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import open_file
from cafleet_core.errors import Refused
from tests.cli.conftest import Prompt
from tests.cli.desk import Desk
from tests.team import Team, a_team
from tests.terminal import Terminal, command_line, eventually

REFUSED = "Error: cafleet popup must be run inside a tmux session\n"


@pytest.fixture
def eye(tmp_path: Path, registry_path: Path) -> Iterator[Terminal]:
    """A second tmux, whose panes are the terminals that look at the first."""
    server = Terminal(tmp_path / "eye.sock", registry_path)
    yield server
    server.close()


def looking(eye: Terminal, at: Terminal) -> str:
    """The pane of `eye` that shows what somebody attached to `at` sees.

    Keys that come as quickly as a test sends them are no paste there.
    """
    at.tmux("set-option", "-g", "assume-paste-time", "0")
    attach = ["tmux", "-u", "-S", at.socket, "attach"]
    pane = eye.pane(["env", "-u", "TMUX", *attach])
    eventually(lambda: at.tmux("list-clients") and eye.screen(pane).strip())
    return pane


def test_it_refuses_outside_tmux(cli: Prompt) -> None:
    assert cli("popup").refusal == (1, "", REFUSED)
    assert cli("popup", "--json").error["code"] == "refused"


def test_it_refuses_where_no_terminal_is_attached(desk: Desk) -> None:
    refused = desk("popup")
    assert (refused.code, refused.out) == (1, "")
    assert "no terminal is attached" in refused.err


def test_it_refuses_a_session_that_is_not_there(desk: Desk, eye: Terminal) -> None:
    looking(eye, desk.terminal)
    refused = desk("popup", "--session-id", "deadbeef")
    assert (refused.code, refused.out) == (1, "")
    assert "session 'deadbeef' not found" in refused.err


def test_it_shows_the_session_of_the_pane_until_it_is_left(
    desk: Desk, eye: Terminal
) -> None:
    a_team(desk.registry, "another")
    seen = looking(eye, desk.terminal)
    desk.terminal.tmux("select-window", "-t", desk.pane)
    popup = " ".join(command_line("popup"))
    desk.terminal.keys(
        desk.pane, f"{popup}; echo the room is $((1 + 0)) behind", "Enter"
    )
    eventually(lambda: "Director" in eye.screen(seen) and "┌" in eye.screen(seen))
    assert "another" not in eye.screen(seen)
    eye.keys(seen, "C-q")
    eventually(lambda: "the room is 1 behind" in desk.terminal.screen(desk.pane))
    eventually(lambda: "┌" not in eye.screen(seen))


def test_a_key_opens_it(
    desk: Desk, eye: Terminal, registry: Registry, registry_path: Path
) -> None:
    team: Team = a_team(registry, "another")
    assert team.session.session_id != desk.team.session.session_id
    seen = looking(eye, desk.terminal)
    desk.terminal.tmux("select-window", "-t", desk.pane)
    popup = " ".join(command_line("popup"))
    desk.terminal.tmux(
        *("bind-key", "C-f", "run-shell", "-b", f"TMUX_PANE=#{{pane_id}} {popup}")
    )
    eye.keys(seen, "C-b", "C-f")
    eventually(lambda: "Director" in eye.screen(seen) and "┌" in eye.screen(seen))
    assert "another" not in eye.screen(seen)


def test_a_file_is_shown_in_a_popup_that_is_not_waited_for(
    desk: Desk, eye: Terminal, tmp_path: Path
) -> None:
    environ = {**os.environ, **desk.terminal.inside(desk.pane)}
    argv = ["sh", "-c", 'echo "$0"; read -r _', "a #{pane_id} line"]
    assert open_file.has_popups(environ)
    with pytest.raises(Refused, match="no current client"):
        open_file.in_popup(argv, environ)
    seen = looking(eye, desk.terminal)
    open_file.in_popup(argv, environ)
    eventually(lambda: "a #{pane_id} line" in eye.screen(seen))
    eye.keys(seen, "Enter")
    eventually(lambda: "┌" not in eye.screen(seen))
    with pytest.raises(Refused, match="sh ended with 3"):
        open_file.in_popup(["sh", "-c", "exit 3"], environ)
