"""What `doctor` finds on a real machine, and what it dares to mend."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from cafleet_core import diagnosis
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import (
    create_member,
)
from cafleet_core.errors import RegistryError
from cafleet_core.panes.tmux import facts
from cafleet_core.requests import MemberRequest
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, eventually

NOBODY = 65534


STANDIN = MemberRequest("helper", "", "standin", cwd="/")


def found(registry: Registry) -> dict[str, diagnosis.Check]:
    return {check.name: check for check in diagnosis.examine(registry.where)}


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    team = a_team_in_panes(registry, terminal, tmp_path)
    made = create_member.create(registry, team.caller(), STANDIN)
    team.others["helper"] = made.agent
    return team


def kill_pane_of(terminal: Terminal, team: Team) -> None:
    placement = team.others["helper"].placement
    assert placement is not None
    assert placement.tmux_pane_id is not None
    terminal.tmux("kill-pane", "-t", placement.tmux_pane_id)


def test_a_healthy_team_has_no_problem(registry: Registry, team: Team) -> None:
    assert [check for check in found(registry).values() if check.ok is False] == []


def test_it_tells_whether_agents_find_the_program(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    unfound = found(registry)["cafleet"]
    assert (unfound.ok, unfound.detail.split(",")[0]) == (None, "not on PATH")
    program = tmp_path / "cafleet"
    program.touch(mode=0o755)
    assert found(registry)["cafleet"] == ("cafleet", True, str(program))


def test_a_lost_pane_is_named_and_its_member_deregistered(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    kill_pane_of(terminal, team)
    assert found(registry)["panes"].detail.endswith("without a live pane: helper")
    assert diagnosis.repair(registry.where) == ["deregistered helper (pane gone)"]
    assert found(registry)["panes"].ok is True
    left = [agent.name for agent in agents.listed(registry, team.session)]
    assert left == ["Director", "Administrator"]


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
        mended = diagnosis.repair(registry.where)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert {view.state for view in views.values()} == {"unknown"}
    assert mended == []


def test_a_server_without_its_socket_is_named_and_makes_it_again(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    os.unlink(terminal.socket)
    checks = found(registry)
    assert checks["panes"].ok is True
    assert (checks["tmux server"].ok, "--fix" in checks["tmux server"].detail) == (
        False,
        True,
    )
    [line] = diagnosis.repair(registry.where)
    assert line.endswith(f"make its socket {terminal.socket} again")
    assert "tmux server" not in found(registry)
    assert alive(registry, team) == ["Director", "Administrator", "helper"]


def test_no_other_process_gets_a_signal(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    os.unlink(terminal.socket)
    with registry.write():
        registry.execute("UPDATE agent_placements SET tmux_server_started = 1")
    assert "kill -USR1" in found(registry)["tmux server"].detail
    assert diagnosis.repair(registry.where) == []
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
        assert diagnosis.repair(registry.where) == []
        with pytest.raises(ServerSilent, match="another one answers"):
            delete_member.dismiss(registry, team.others["helper"], force=True)
        assert alive(registry, team) == ["Director", "Administrator", "helper"]
    finally:
        second.close()
        eventually(lambda: os.path.exists(terminal.socket) or revived(team))


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
    assert diagnosis.repair(registry.where) == []
    assert found(registry)["panes"].ok is True
    with pytest.raises(ServerSilent):
        answer.choose(registry, team.caller(), team.others["helper"], 1)
    with pytest.raises(ServerSilent):
        delete_member.dismiss(registry, team.others["helper"], force=True)
    with pytest.raises(ServerSilent):
        cleanup.with_panes([team.others["helper"]])
    with pytest.raises(ServerSilent):
        capture.capture(team.others["helper"], 10, ansi=False)
    if code:  # what selects a pane prints nothing that could be missed
        with pytest.raises(TmuxError):
            go_to_pane.visit(team.others["helper"], inside(team))
    stays_elsewhere(registry, team)
    Monitor(registry, team.session.session_id, RULES, Thresholds()).tick()
    assert alive(registry, team) == ["Director", "Administrator", "helper"]
    states = registry.rows("SELECT DISTINCT pane_state FROM agent_placements")
    assert ("dead",) not in states


def test_a_server_that_has_ended_leaves_its_members_gone(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    terminal.close()
    eventually(lambda: servers.ended(server_of(team)))
    assert diagnosis.repair(registry.where) == ["deregistered helper (pane gone)"]


def test_a_member_that_was_never_made_is_named_and_its_pane_ends(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET tmux_pane_id = NULL,"
            " created_at = '2020-01-01T00:00:00.000000+00:00'"
            " WHERE director_agent_id IS NOT NULL"
        )
    assert found(registry)["panes"].detail.endswith("interrupted: helper (create)")
    done = diagnosis.repair(registry.where)
    assert done == ["took back helper, whose creation was interrupted"]
    helper = team.others["helper"].placement
    assert helper is not None
    assert helper.tmux_pane_id not in facts.panes(terminal.socket)


def test_a_director_without_a_pane_is_reported_and_left(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    assert team.director.placement is not None
    pane = team.director.placement.tmux_pane_id or ""
    terminal.tmux("kill-pane", "-t", pane)
    eventually(lambda: "Director" in found(registry)["panes"].detail)
    assert diagnosis.repair(registry.where) == []
    assert sessions.find(registry, team.session.session_id).deleted_at is None


def test_an_open_file_is_made_private(registry: Registry) -> None:
    Path(registry.where).chmod(0o644)
    assert found(registry)["permissions"].ok is False
    assert diagnosis.repair(registry.where) == ["made registry.db private"]
    assert found(registry)["permissions"].ok is True


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")
def test_somebody_elses_open_file_is_refused_with_a_reason() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "registry.db")
        open_registry(str(path)).close()
        path.chmod(0o666)
        Path(folder).chmod(0o755)
        os.seteuid(NOBODY)
        try:
            with pytest.raises(RegistryError, match="private: Operation not permitted"):
                diagnosis.repair(str(path))
        finally:
            os.seteuid(0)
