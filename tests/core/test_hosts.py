"""Which machine is which: by an id of its own, whatever its name, sockets and processes are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cafleet_core import host
from cafleet_core.broker.directory import callers
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import go_to_pane
from cafleet_core.errors import Refused
from cafleet_core.storage.migrations import m0010_hosts
from tests.team import NOWHERE, a_team
from tests.terminal import HOST_ID

ASKED = "from cafleet_core import host; print(host.host_id())"


def id_in(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ASKED],
        env={**os.environ, "XDG_STATE_HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_all_processes_that_ask_first_at_once_get_the_same_id(tmp_path: Path) -> None:
    asking = [id_in(tmp_path / "new") for _ in range(8)]
    ids = {process.communicate()[0].strip() for process in asking}
    assert len(ids) == 1
    assert len(ids.pop()) == len(HOST_ID)
    [file] = (tmp_path / "new" / "cafleet").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_is_the_machine_s_and_the_folder_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Machines that share a home are several; a machine with another name is the same."""
    assert host.host_id() == HOST_ID
    monkeypatch.setattr(host, "name", lambda: "laptop.cafe.example")
    monkeypatch.setattr(host, "_ids", {})
    if Path(host._MACHINE_ID).exists():
        assert host.host_id() == HOST_ID
    monkeypatch.setattr(host, "_ids", {})
    machine = tmp_path / "machine-id"
    machine.write_text("another\n")
    monkeypatch.setattr(host, "_MACHINE_ID", str(machine))
    assert host.host_id() not in (HOST_ID, host.name())


def test_where_the_machine_has_no_id_and_nothing_can_be_kept_its_name_has_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(host, "_ids", {})
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/none")
    monkeypatch.setattr(host, "_MACHINE_ID", "/proc/none")
    assert host.host_id() == host.name()


def test_a_process_that_inherits_no_folder_is_on_the_same_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = tmp_path / "machine-id"
    machine.write_text("0f1e2d3c\n")
    monkeypatch.setattr(host, "_ids", {})
    monkeypatch.setattr(host, "_MACHINE_ID", str(machine))
    ids = set()
    for folder in (str(tmp_path / "here"), str(tmp_path / "there"), "/proc/none"):
        monkeypatch.setenv("XDG_STATE_HOME", folder)
        ids.add(host.host_id())
    [same] = ids
    assert len(same) == len(HOST_ID)
    assert "0f1e2d3c" not in same


def test_at_equal_socket_pid_and_pane_the_one_of_this_host_calls(
    registry: Registry,
) -> None:
    here, there = a_team(registry), a_team(registry)
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET host = 'elsewhere' WHERE agent_id = ?",
            (there.director.agent_id,),
        )
    environ = {"TMUX": f"{NOWHERE.socket},1,0", "TMUX_PANE": "%1"}
    agents = callers.pane_agents(registry, environ)
    assert [agent.agent_id for agent in agents] == [here.director.agent_id]


def test_nobody_goes_to_a_pane_of_another_machine(registry: Registry) -> None:
    director = a_team(registry).director
    assert director.placement is not None
    away = director._replace(placement=director.placement._replace(host="elsewhere"))
    environ = {"TMUX": f"{NOWHERE.socket},1,0"}
    assert go_to_pane.refusal(director, environ) is None
    with pytest.raises(Refused, match="on another machine"):
        go_to_pane.visit(away, environ)


@pytest.mark.sqlite
def test_what_this_machine_s_name_stood_for_its_id_stands_for_since(
    registry: Registry,
) -> None:
    here, there = a_team(registry), a_team(registry)
    names = {here.director.agent_id: host.name(), there.director.agent_id: "elsewhere"}
    with registry.write():
        for table in ("requests", "hosts"):
            registry.execute(f"DROP TABLE {table}")
        registry.execute("DROP INDEX placements_host")
        for agent_id, name in names.items():
            registry.execute(
                "UPDATE agent_placements SET host = ? WHERE agent_id = ?",
                (name, agent_id),
            )
        m0010_hosts.apply(registry)
    placed = registry.rows("SELECT agent_id, host FROM agent_placements")
    assert dict(placed) == {
        here.director.agent_id: HOST_ID,
        there.director.agent_id: "elsewhere",
    }
