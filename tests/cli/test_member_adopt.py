"""`member adopt` and `release`: agents that cafleet has not started, taken in and let go."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from tests.cli.desk import Desk
from tests.cli.pretender import Pretender
from tests.terminal import eventually


class Stranger(NamedTuple):
    """A coding agent that runs in a pane, started by hand."""

    program: Pretender
    pane: str
    known: dict[str, str]


@pytest.fixture
def stranger(desk: Desk, pretender: Pretender, tmp_path: Path) -> Stranger:
    """One at rest, whose program is known by the command that tmux shows."""
    pane = desk.terminal.pane([str(tmp_path / "bin" / pretender.name)])
    eventually(lambda: "Done." in desk.terminal.screen(pane))
    command = desk.terminal.here(pane).pane.command
    known = pretender.configured(f'process_names = ["{command}"]')
    return Stranger(pretender, pane, known)


def test_one_that_is_nobody_s_is_listed_adopted_told_and_let_go(
    desk: Desk, stranger: Stranger
) -> None:
    pane, known = stranger.pane, stranger.known
    [listed] = desk("member", "adopt", "--list", "--json", **known).document
    assert (listed["pane_id"], listed["state"]) == (pane, "idle")
    assert listed["kinds"] == [stranger.program.name]
    adopted = desk("member", "adopt", pane, "--name", "guest", "--json", **known)
    assert (adopted.code, adopted.err) == (0, "")
    assert (
        desk("member", "adopt", "--list", **known).out == "No unowned coding agents.\n"
    )
    sent = desk("send", "--to", "guest", "--text", "hello", "--json", **known)
    assert sent.document["push"] == {"outcome": "delivered"}
    eventually(lambda: "hello" in stranger.program.keys)
    assert "Done." in desk("member", "capture", "guest", **known).out
    released = desk("member", "release", "guest", "--json", **known)
    assert (released.code, released.document["failed"]) == (0, 1)
    assert "Done." in desk.terminal.screen(pane)
    mark = desk.terminal.tmux("show-options", "-pqv", "-t", pane, IDENTITY_OPTION)
    assert mark == ""
    assert len(desk("member", "adopt", "--list", "--json", **known).document) == 1


def test_what_is_another_s_or_no_agent_is_never_taken(
    desk: Desk, stranger: Stranger
) -> None:
    known = stranger.known
    shell = desk("member", "adopt", desk.terminal.shell(), **known)
    assert (shell.code, "is no known coding agent" in shell.err) == (1, True)
    own = desk("member", "adopt", desk.pane, **known)
    assert (own.code, "is another agent's" in own.err) == (1, True)
    gone = desk("member", "adopt", "%999", **known)
    assert (gone.code, "there is no pane" in gone.err) == (1, True)
    marked = ("set-option", "-p", "-t", stranger.pane, IDENTITY_OPTION)
    desk.terminal.tmux(*marked, desk.team.session.session_id)
    theirs = desk("member", "adopt", stranger.pane, **known)
    assert (theirs.code, "is another agent's" in theirs.err) == (1, True)
    assert desk("member", "adopt", "--list", "--json", **known).document == []
    assert desk("member", "list", **known).out == "0 members.\n"
