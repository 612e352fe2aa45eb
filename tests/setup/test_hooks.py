"""The hooks' commands in a real shell: they stamp the pane, print nothing and never fail."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from cafleet_core.panes.reading import self_reports
from cafleet_core.panes.tmux import facts
from cafleet_core.setup import hooks
from tests.terminal import Terminal

LONG = '{"prompt": "' + "x" * 300_000 + '"}'


def fire(state: str, stdin: str = "{}", **variables: str) -> str:
    """Run a hook as an agent does, with only these variables; its output."""
    shell = shutil.which("sh") or "sh"
    done = subprocess.run(
        [shell, "-c", hooks.command(state)],
        input=stdin,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=20,
        check=True,
    )
    return done.stdout


def path() -> str:
    """A PATH with tmux."""
    return str(Path(shutil.which("tmux") or "").parent) + ":/usr/bin:/bin"


@pytest.mark.parametrize("state", ["busy", "idle", "waiting"])
def test_a_hook_stamps_its_own_pane(terminal: Terminal, state: str) -> None:
    pane = terminal.shell()
    assert fire(state, LONG, PATH=path(), **terminal.inside(pane)) == ""
    panes = facts.panes(terminal.socket)
    report = self_reports.hook(panes[pane].stamped)
    assert report is not None
    assert (report.source, report.state) == ("hook", state)
    assert panes[terminal.first].stamped == ""


def test_an_agent_that_ends_takes_its_stamp_along(terminal: Terminal) -> None:
    pane = terminal.shell()
    fire("busy", PATH=path(), **terminal.inside(pane))
    fire("", PATH=path(), **terminal.inside(pane))
    assert facts.panes(terminal.socket)[pane].stamped == ""


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"TMUX_PANE": "%0"},
        {"TMUX": "/nowhere,1,0"},
        {"TMUX": "/nowhere,1,0", "TMUX_PANE": "%0"},
    ],
)
def test_without_tmux_a_hook_is_silent_and_succeeds(variables: dict[str, str]) -> None:
    assert fire("busy", PATH=path(), **variables) == ""
    assert fire("busy", PATH="/nowhere", **variables) == ""


def test_every_hook_has_a_limit_that_codex_accepts() -> None:
    text = hooks.StateHooks(hooks.CODEX).put(None)
    assert text.count('"timeout": 3') == len(hooks.CODEX)
