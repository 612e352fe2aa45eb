"""A real pane on which any lines are drawn, and tmux's own answers about them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.quote import quote
from tests.terminal import Terminal

WIDTH = 160


class Canvas:
    """A pane whose program draws nothing itself: what is written to its terminal is its screen."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.pane = terminal.first
        self._tty = terminal.tmux(
            "display-message", "-p", "-t", self.pane, "#{pane_tty}"
        )
        self._drawn = 0

    def draw(self, lines: Sequence[str]) -> list[str]:
        """Draw lines from the top of an empty screen; those that tmux has then, as captured."""
        self._drawn += 1
        number = f"drawing {self._drawn}"
        rows = "".join(f"\x1b[{row};1H{line}" for row, line in enumerate(lines, 1))
        data = f"\x1b[0m\x1b[?7l\x1b[2J{rows}\x1b]2;{number}\x07".encode()
        descriptor = os.open(self._tty, os.O_WRONLY | os.O_NOCTTY)
        try:
            while data:
                data = data[os.write(descriptor, data) :]
        finally:
            os.close(descriptor)
        while self.ask("#{pane_title}") != [number]:
            pass
        captured = client.call(
            ["capture-pane", "-p", "-t", self.pane], socket=self.terminal.socket
        )
        return captured.out.split("\n")[: len(lines)]

    def ask(self, *formats: str) -> list[str]:
        """What tmux makes of each of these formats for the pane, in one call."""
        lines = "".join(
            f"display-message -p -t {self.pane} {quote(wanted)}\n" for wanted in formats
        )
        reply = client.call(
            ["source-file", "-"], socket=self.terminal.socket, stdin=lines.encode()
        )
        assert (reply.code, reply.err) == (0, ""), reply
        return reply.out.split("\n")[: len(formats)]
