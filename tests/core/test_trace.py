"""A trace: what was asked of tmux, seen, decided and done, for nobody but who wanted it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from cafleet_core import trace
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.tmux import client, commands, facts, snapshot
from cafleet_core.panes.tmux.client import ServerSilent
from cafleet_core.states import PaneState
from tests.team import a_team_in_panes
from tests.terminal import Terminal


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "trace.jsonl"
    monkeypatch.setenv(trace.VARIABLE, str(path))
    return path


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_each_call_is_a_line_with_its_script_and_its_reply(
    terminal: Terminal, file: Path
) -> None:
    snapshot.take(terminal.socket, [terminal.first])
    commands.run(terminal.socket, "list-sessions")
    looked, listed = lines(file)
    assert looked["kind"] == listed["kind"] == "tmux"
    assert looked["socket"] == terminal.socket
    assert looked["arguments"] == ["source-file", "-"]
    assert "capture-pane" in looked["script"]
    assert terminal.first in looked["out"]
    assert (listed["arguments"], listed["code"]) == (["list-sessions"], 0)
    assert looked["pid"] == os.getpid()


def test_a_call_that_was_not_answered_is_a_line_too(
    terminal: Terminal, file: Path
) -> None:
    with pytest.raises(ServerSilent) as silent:
        client.call(["list-sessions"], socket=terminal.socket + ".away")
    assert [line["error"] for line in lines(file)] == [silent.value.message]


def test_a_message_leaves_what_was_seen_what_was_decided_and_what_became_of_it(
    registry: Registry, terminal: Terminal, tmp_path: Path, file: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    alice = team.others["alice"]
    file.unlink(missing_ok=True)
    sent = send.send(registry, team.director, [alice], "hello", rules=PushRules())
    of_alice = [line for line in lines(file) if line.get("agent") == alice.agent_id]
    verdict, decision, outcome = of_alice
    assert [line["kind"] for line in of_alice] == ["verdict", "decision", "outcome"]
    assert verdict["state"] in list(PaneState)
    assert verdict["source"]
    assert verdict["evidence"]
    assert decision["decision"] == "type"
    assert "hello" in decision["text"]
    (task, result), *_ = sent.deliveries
    assert decision["tasks"] == outcome["tasks"] == [task.task_id]
    assert outcome["outcome"] == result.outcome


def test_the_file_is_for_its_owner_and_grows(file: Path) -> None:
    file.write_text('{"kind": "earlier"}\n', "utf-8")
    file.chmod(0o644)
    trace.note("verdict", state="idle", evidence="❯\n\x1b[31m")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [line["kind"] for line in lines(file)] == ["earlier", "verdict"]
    assert lines(file)[1]["evidence"] == "❯\n\x1b[31m"


def test_a_new_file_is_for_its_owner_whatever_the_umask(file: Path) -> None:
    before = os.umask(0)
    try:
        trace.note("verdict")
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("where", ["", "/dev/full", "missing/folder/trace", "."])
def test_a_trace_that_cannot_be_kept_costs_nobody_anything(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    where: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(trace.VARIABLE, where)
    assert facts.panes(terminal.socket).keys() == {terminal.first}


def test_nobody_follows_a_link_to_write_a_trace(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.symlink_to(tmp_path / "elsewhere")
    trace.note("verdict")
    assert not (tmp_path / "elsewhere").exists()
