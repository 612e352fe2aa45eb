"""Tmux servers that hang, are gone or lost their socket: what doctor says, and repairs."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.broker.team import (
    answer,
    capture,
    cleanup,
    delete_member,
    go_to_pane,
    pane_states,
)
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.diagnosis import repair
from cafleet_core.errors import TmuxError
from cafleet_core.panes.tmux import client, servers
from cafleet_core.panes.tmux.client import ServerSilent
from tests.core.doctor import a_team_with_a_helper, checked, place_of
from tests.team import Team
from tests.terminal import Terminal, eventually

RULES = PushRules()


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_with_a_helper(registry, terminal, tmp_path)


def alive(registry: Registry, team: Team) -> list[str]:
    return [agent.name for agent in agents.listed(registry, team.session)]


def server_of(team: Team) -> int:
    assert team.director.placement is not None
    return team.director.placement.tmux_server_pid


def revived(terminal: Terminal, team: Team) -> bool:
    """Have the team's server make its socket again; whether this test's end reaches it there."""
    os.kill(server_of(team), signal.SIGUSR1)
    asked = ("tmux", "-S", terminal.socket, "display-message", "-p", "#{pid}")
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.stdout.strip() == str(server_of(team))


def inside(team: Team) -> dict[str, str]:
    placement = team.director.placement
    assert placement is not None
    server = f"{placement.tmux_socket},{placement.tmux_server_pid},0"
    return {"TMUX": server, "TMUX_PANE": placement.tmux_pane_id or ""}


def says(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a tmux on PATH that does this instead."""
    stand_in = folder / "other" / "tmux"
    stand_in.parent.mkdir()
    stand_in.write_text(f"#!/bin/sh\n{script}\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}:{os.environ['PATH']}")


def test_a_server_that_hangs_costs_nobody_anything(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pid = int(terminal.tmux("display-message", "-p", "#{pid}"))
    monkeypatch.setattr(client, "TIMEOUT", 0.3)
    os.kill(pid, signal.SIGSTOP)
    try:
        views = pane_states.observe(registry, team.session.session_id)
        mended = repair.repair(place_of(registry))
    finally:
        os.kill(pid, signal.SIGCONT)
    assert {view.state for view in views.values()} == {"unknown"}
    assert mended == []


def test_a_server_without_its_socket_is_named_and_makes_it_again(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    os.unlink(terminal.socket)
    by_name = checked(registry)
    assert by_name["panes"].ok is True
    assert (by_name["tmux server"].ok, "--fix" in by_name["tmux server"].detail) == (
        False,
        True,
    )
    [line] = repair.repair(place_of(registry))
    assert line.endswith(f"make its socket {terminal.socket} again")
    assert "tmux server" not in checked(registry)
    assert alive(registry, team) == ["Director", "Administrator", "helper"]


def test_no_other_process_gets_a_signal(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    os.unlink(terminal.socket)
    with registry.write():
        registry.execute("UPDATE agent_placements SET tmux_server_started = 1")
    assert "kill -USR1" in checked(registry)["tmux server"].detail
    assert repair.repair(place_of(registry)) == []
    assert not os.path.exists(terminal.socket)
    assert alive(registry, team) == ["Director", "Administrator", "helper"]
    os.kill(server_of(team), signal.SIGUSR1)
    eventually(lambda: os.path.exists(terminal.socket))


def test_a_member_whose_socket_another_server_has_taken_is_not_gone(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    os.unlink(terminal.socket)
    second = Terminal(Path(terminal.socket), terminal.registry)
    try:
        views = pane_states.observe(registry, team.session.session_id)
        assert {view.state for view in views.values()} == {"unknown"}
        assert repair.repair(place_of(registry)) == []
        with pytest.raises(ServerSilent, match="another one answers"):
            delete_member.delete(registry, team.others["helper"], force=True)
        assert alive(registry, team) == ["Director", "Administrator", "helper"]
    finally:
        second.close()
        eventually(lambda: revived(terminal, team))


@pytest.mark.parametrize(
    "words",
    [
        "error connecting to /tmp/s (Permission denied)",
        "error connecting to /tmp/s (No such file or directory)",
        "no server running on /tmp/s",
        "protocol version mismatch (client 8, server 7)",
        "access not allowed",
        "server exited unexpectedly",
        "lost server",
        "what no version of tmux has ever said",
        "",
    ],
)
@pytest.mark.parametrize("code", [0, 1])
def test_what_could_not_be_asked_is_not_gone(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    code: int,
) -> None:
    says(tmp_path, monkeypatch, f"echo '{words}' >&{1 + code}; exit {code}")
    views = pane_states.observe(registry, team.session.session_id)
    assert {view.state for view in views.values()} == {"unknown"}
    assert repair.repair(place_of(registry)) == []
    assert checked(registry)["panes"].ok is True
    with pytest.raises(ServerSilent):
        answer.choose(registry, team.caller(), team.others["helper"], 1)
    with pytest.raises(ServerSilent):
        delete_member.delete(registry, team.others["helper"], force=True)
    with pytest.raises(ServerSilent):
        cleanup.with_panes([team.others["helper"]])
    with pytest.raises(ServerSilent):
        capture.capture(team.others["helper"], 10, ansi=False)
    if code:  # what selects a pane prints nothing that could be missed
        with pytest.raises(TmuxError):
            go_to_pane.visit(team.others["helper"], inside(team))
    Monitor(registry, team.session.session_id, RULES, Thresholds()).tick()
    assert alive(registry, team) == ["Director", "Administrator", "helper"]
    states = registry.rows("SELECT DISTINCT pane_state FROM agent_placements")
    assert ("dead",) not in states


def test_a_server_that_has_ended_leaves_those_gone_that_cannot_be_started_again(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    terminal.close()
    eventually(lambda: servers.ended(server_of(team)))
    assert repair.repair(place_of(registry)) == [], "session resume starts them again"
    with registry.write():
        registry.execute("DELETE FROM starts")
    assert repair.repair(place_of(registry)) == ["deregistered helper (pane gone)"]
