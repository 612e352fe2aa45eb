"""A tmux command through the library, wherever it is called from."""

from __future__ import annotations

import sys

import pytest

from cafleet_core.panes.tmux import commands
from tests.terminal import Terminal


class Taken:
    """What a full-screen program puts in stdout's place: it can be written to, no more."""

    def write(self, _text: str) -> None:
        raise AssertionError("nothing is printed over a full screen")


def test_tmux_is_reached_for_the_first_time_by_a_full_screen_program(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "libtmux"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "stdout", Taken())
    names = commands.run(terminal.socket, "list-sessions", "-F", "#{session_name}")
    assert names == ["main"]
