"""The hooks' commands in a real shell: they stamp the pane, print nothing and never fail."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from cafleet_core import clock
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


def test_a_turn_that_its_service_refused_stamps_what_the_hook_is_told(
    terminal: Terminal, tmp_path: Path
) -> None:
    pane = terminal.shell()

    def stamped(document: Mapping[str, object], after: str = "") -> str:
        spoken = json.dumps(document, separators=(f",{after}", f":{after}"))
        fire(hooks.REFUSED, spoken, PATH=path(), **terminal.inside(pane))
        return facts.panes(terminal.socket)[pane].stamped

    quoting = {"error": "overloaded", "last_assistant_message": '"error":"rate_limit"'}
    assert stamped({"error": "rate_limit"}).split()[0] == "limit"
    assert stamped({"error": "rate_limit"}, after=" ").split()[0] == "limit"
    for error in ("authentication_failed", "overloaded", "billing_error", "unknown"):
        assert stamped({"error": error}).split()[0] == "failed"
    assert stamped({"error": "max_output_tokens"}).split()[0] == "idle"
    assert stamped(quoting).split()[0] == "failed"
    assert len(stamped({"error": "rate_limit"}).split()) == 2

    transcript, resets = tmp_path / "a b.jsonl", int(time.time()) + 3600
    refused = {"error": "rate_limit", "transcript_path": str(transcript)}
    entry = {"error": "rate_limit", "quotaLimits": {"resetsAt": resets, "x": 1}}
    transcript.write_text('{"type":"user"}\n' + json.dumps(entry) + "\n")
    assert stamped(refused).split()[2] == str(resets)
    assert len(stamped({**refused, "error": "overloaded"}).split()) == 2
    report = self_reports.hook(stamped(refused))
    assert report is not None
    assert (report.state, clock.parse(report.until or "").timestamp()) == (
        *("limit", resets),
    )


def test_a_hook_for_refused_turns_is_silent_without_tmux() -> None:
    assert fire(hooks.REFUSED, LONG, PATH=path()) == ""
    assert fire(hooks.REFUSED, "no JSON", PATH="/nowhere") == ""


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
    text = hooks.edit(hooks.CODEX).put(None)
    assert text.count('"timeout": 3') == len(hooks.CODEX)
