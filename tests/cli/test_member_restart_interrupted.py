"""`member restart` twice at once, and killed at its worst moments."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.team import roster
from cafleet_core.broker.team.restart_member import Restart, restart
from tests.cli.desk import Desk
from tests.cli.pretender import Pretender, files_left
from tests.cli.worker_office import BEGINS, RESUMES, Office
from tests.core.interrupting import killed_at_each_step
from tests.terminal import command_line, environment, eventually


@pytest.fixture
def office(desk: Desk, pretender: Pretender) -> Office:
    return Office(desk, pretender, BEGINS, RESUMES)


def test_two_at_once_start_it_once(office: Office, tmp_path: Path) -> None:
    pane = office.hire()
    office.crash(pane)
    real, gate = shutil.which("tmux"), tmp_path / "gate"
    wrapper = tmp_path / "wrapped" / "tmux"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\ncase " $* " in *respawn-pane*) touch {gate};'
        f' while test -e {gate}; do sleep 0.05; done;; esac\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    first = subprocess.Popen(
        command_line("member", "restart", "worker"),
        env={
            **environment(office.desk.terminal.registry, **office.known),
            **office.desk.terminal.inside(office.desk.pane),
            "PATH": f"{wrapper.parent}:{os.environ['PATH']}",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    eventually(gate.exists)
    refused = office.restart()
    assert refused.code == 1
    assert "restarted by another process" in refused.error["message"]
    gate.unlink()
    first.communicate()
    assert first.returncode == 0
    assert office.living() == [pane]
    assert office.restart().code == 0


def test_killed_at_any_step_it_can_be_done_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step needs a member that is started again: few of them, all over the command."""
    monkeypatch.setenv("XDG_CONFIG_HOME", office.known["XDG_CONFIG_HOME"])
    desk, _ = office.desk, office.hire()
    resumed = ["resume", office.conversation()]
    steps = []
    for step in killed_at_each_step(
        desk.terminal.registry,
        *("member", "restart", "worker"),
        inside=(desk.terminal, desk.pane),
        first=2,
        every=7,
    ):
        steps.append(step)
        worker = roster.find(desk.registry, desk.team.caller(), "worker")
        restart(desk.registry, worker, Restart())
        assert len(office.living()) == 1, step
        assert office.pretender.started["argv"][:2] == resumed
        assert files_left(desk) == []
    assert len(steps) > 2
