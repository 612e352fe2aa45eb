"""A tmux command through the library, wherever it is called from."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.tmux import commands
from cafleet_core.states import PushOutcome, PushReason
from tests.team import a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns


class Taken:
    """What a full-screen program puts in stdout's place: it can be written to, no more."""

    def write(self, _text: str) -> None:
        raise AssertionError("nothing is printed over a full screen")


def test_tmux_is_reached_for_the_first_time_by_a_full_screen_program(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "libtmux"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "stdout", Taken())
    names = commands.run(terminal.socket, "list-sessions", "-F", "#{session_name}")
    assert names == ["main"]


def test_what_could_not_be_typed_is_typed_as_soon_as_tmux_answers_again(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    placement = team.others["alice"].placement
    assert placement is not None
    os.unlink(terminal.socket)
    rules = PushRules()
    sent = send.send(registry, team.director, [team.others["alice"]], "hello")
    assert sent.deliveries[0][1][:2] == (PushOutcome.NONE, PushReason.NO_ANSWER)
    for _ in range(6):  # it has been tried for long
        with registry.write():
            registry.execute("UPDATE tasks SET push_next_at = created_at")
        pending.settle(registry, rules)
    os.kill(placement.tmux_server_pid, signal.SIGUSR1)
    eventually(lambda: os.path.exists(terminal.socket))
    begun = time.monotonic()
    eventually(lambda: pending.settle(registry, rules))
    assert time.monotonic() - begun < 5
    eventually(lambda: turns(log_of(tmp_path, "alice")))
