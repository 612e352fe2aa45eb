"""Agents in panes that ask questions, for whoever answers over HTTP."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Agent
from tests.server import asker
from tests.team import Team
from tests.terminal import Terminal, eventually


class Asking:
    """One agent that asks these questions, one after another."""

    def __init__(
        self, registry: Registry, terminal: Terminal, team: Team, name: str, log: Path
    ) -> None:
        self._registry = registry
        self._terminal = terminal
        self._team = team
        self.name = name
        self.log = log
        self.pane = ""

    def asks(self, *questions: str) -> Agent:
        """Start it in a pane; returns when the first question shows."""
        argv = [sys.executable, asker.__file__, str(self.log), *questions]
        self.pane = self._terminal.pane(argv, {"PYTHONPATH": os.getcwd()})
        eventually(lambda: "Esc to cancel" in self._terminal.screen(self.pane))
        agent = agents.register(
            self._registry,
            self._team.session,
            self.name,
            f"The {self.name}",
            here=self._terminal.here(self.pane),
            coding_agent="standin",
        )
        self._team.others[self.name] = agent
        return agent

    def goes_on(self, shows: str) -> None:
        """Have it ask the next question although nobody has answered."""
        self._terminal.tmux("run-shell", f"kill -USR1 {self._pid()}")
        eventually(lambda: shows in self._terminal.screen(self.pane))

    @property
    def typed(self) -> str:
        """What was typed to it."""
        return self.log.read_bytes().decode()

    def _pid(self) -> str:
        return self._terminal.tmux(
            "display-message", "-p", "-t", self.pane, "#{pane_pid}"
        )
