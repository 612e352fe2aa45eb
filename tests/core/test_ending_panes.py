"""Ending a pane's program: by a signal that reaches it, and nobody else."""

from __future__ import annotations

import pytest

from cafleet_core.panes.tmux import commands, facts
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
