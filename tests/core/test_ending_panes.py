"""Ending a pane's program: by a signal that reaches it, and nobody else."""

from __future__ import annotations

import subprocess

import pytest

from cafleet_core import host
from cafleet_core.broker.team import cleanup
from cafleet_core.panes.tmux import commands, facts
from tests.builders import a_placement, an_id
from tests.terminal import Terminal, eventually


def test_a_pane_that_has_gone_costs_no_other_its_program(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    bystander = terminal.pane(["sleep", "infinity"])
    terminal.tmux("set-option", "-g", "remain-on-exit", "on")
    gone = terminal.pane(["sleep", "infinity"])
    terminal.tmux("kill-pane", "-t", gone)
    for variable, value in terminal.inside(bystander).items():
        monkeypatch.setenv(variable, value)
    commands.terminate(terminal.socket, gone)
    witness = terminal.pane(["sleep", "infinity"])
    commands.terminate(terminal.socket, witness)
    eventually(lambda: facts.panes(terminal.socket)[witness].dead)
    living = {
        pane_id
        for pane_id, pane in facts.panes(terminal.socket).items()
        if not pane.dead
    }
    assert living == {terminal.first, bystander}


def test_a_pane_with_the_same_id_and_stamp_on_a_later_server_is_left_alone(
    terminal: Terminal,
) -> None:
    """A program that restores sessions brings panes back with their options, not with agents."""
    worker = an_id("worker")
    mark = ("set-option", "-p", "-t", terminal.first, facts.IDENTITY_OPTION, worker)
    terminal.tmux(*mark)
    earlier_server = subprocess.Popen(["true"])
    earlier_server.wait()
    placed = a_placement(
        host=host.host_id(),
        tmux_socket=terminal.socket,
        tmux_server_pid=int(terminal.tmux("display-message", "-p", "#{pid}")),
        tmux_pane_id=terminal.first,
    )
    assert cleanup.not_ours(placed, worker) == ""
    assert "was left alone" in cleanup.not_ours(
        placed._replace(tmux_server_pid=earlier_server.pid), worker
    )
