"""What `doctor` finds on a real machine, and what it dares to mend."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.diagnosis import repair
from cafleet_core.errors import RegistryError
from cafleet_core.panes.tmux import facts
from tests.core.doctor import a_team_with_a_helper, checked, place_of
from tests.team import Team
from tests.terminal import Terminal, eventually

NOBODY = 65534


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_with_a_helper(registry, terminal, tmp_path)


def kill_pane_of(terminal: Terminal, team: Team) -> None:
    placement = team.others["helper"].placement
    assert placement is not None
    assert placement.tmux_pane_id is not None
    terminal.tmux("kill-pane", "-t", placement.tmux_pane_id)


def test_a_healthy_team_has_no_problem(registry: Registry, team: Team) -> None:
    assert [check for check in checked(registry).values() if check.ok is False] == []


def test_it_tells_whether_agents_find_the_program(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    unfound = checked(registry)["cafleet"]
    assert (unfound.ok, unfound.detail.split(",")[0]) == (None, "not on PATH")
    program = tmp_path / "cafleet"
    program.touch(mode=0o755)
    assert checked(registry)["cafleet"] == ("cafleet", True, str(program))


def test_a_lost_pane_is_named_and_its_member_deregistered(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    kill_pane_of(terminal, team)
    assert checked(registry)["panes"].detail.endswith("without a live pane: helper")
    assert repair.repair(place_of(registry)) == ["deregistered helper (pane gone)"]
    assert checked(registry)["panes"].ok is True
    left = [agent.name for agent in agents.listed(registry, team.session)]
    assert left == ["Director", "Administrator"]


def test_a_member_that_was_never_made_is_named_and_its_pane_ends(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET tmux_pane_id = NULL,"
            " created_at = '2020-01-01T00:00:00.000000+00:00'"
            " WHERE director_agent_id IS NOT NULL"
        )
    assert checked(registry)["panes"].detail.endswith("interrupted: helper (create)")
    done = repair.repair(place_of(registry))
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
    eventually(lambda: "Director" in checked(registry)["panes"].detail)
    assert repair.repair(place_of(registry)) == []
    assert sessions.find(registry, team.session.session_id).deleted_at is None


@pytest.mark.sqlite
def test_an_open_file_is_made_private(registry: Registry) -> None:
    Path(registry.where).chmod(0o644)
    assert checked(registry)["permissions"].ok is False
    assert repair.repair(place_of(registry)) == ["made registry.db private"]
    assert checked(registry)["permissions"].ok is True


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
                repair.repair(str(path))
        finally:
            os.seteuid(0)
