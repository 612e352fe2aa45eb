"""Four teams on one tmux server: where the processes of a campaign of kills do their work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from cafleet_core import process
from cafleet_core.broker.directory import agents, placements
from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from cafleet_core.records import Agent
from cafleet_core.storage import lookup
from tests.campaigns import examiner
from tests.team import Team, a_team, a_team_in_panes, log_of
from tests.terminal import Terminal, command_line, environment, eventually

RECIPIENTS = ("alice", "bob", "Director")
MORTAL = "dora"
"""Whose process is killed; she is started anew in her pane."""


class Town:
    """The agents that live on one tmux server, until it is killed."""

    def __init__(self, registry: Registry, socket: Path, folder: Path) -> None:
        folder.mkdir()
        self.registry, self.folder = registry, folder
        self.terminal = Terminal(socket, Path(registry.where))
        self.terminal.tmux("set-option", "-g", "remain-on-exit", "on")
        self.office = self._team("office", "alice", "bob")
        self.ward = self._team("ward", MORTAL)
        self.shop = self._team("shop")
        self.exam = a_team(registry)
        self._papers = folder / "answers"
        asks = [sys.executable, examiner.__file__, str(self._papers)]
        pane = self.terminal.pane(asks)
        eventually(lambda: "❯ 1. Yes" in self.terminal.screen(pane))
        self.exam.others["carol"] = agents.register(
            *(registry, self.exam.session, "carol", ""),
            here=self.terminal.here(pane),
            coding_agent="standin",
        )
        with registry.write():  # whoever answers must be her Director
            registry.execute(
                "UPDATE agent_placements SET director_agent_id = ? WHERE agent_id = ?",
                (self.exam.director.agent_id, self.exam.others["carol"].agent_id),
            )

    def _team(self, name: str, *members: str) -> Team:
        (self.folder / name).mkdir()
        logs = self.folder / name
        return a_team_in_panes(self.registry, self.terminal, logs, *members)

    def log(self, name: str) -> Path:
        """The log of an agent of the office, or of the mortal one."""
        folder = "ward" if name == MORTAL else "office"
        return log_of(self.folder / folder, name)

    def starts(
        self, team: Team, *arguments: str, **extra: str
    ) -> subprocess.Popen[bytes]:
        """A command of a team's Director, in its pane where it has one."""
        home = team.director.placement
        pane = home.tmux_pane_id if home and team is not self.exam else None
        inside = self.terminal.inside(pane) if pane else {}
        return subprocess.Popen(
            [
                *command_line(*arguments),
                *("--session-id", team.session.session_id),
                *("--agent-id", team.director.agent_id),
            ],
            env=environment(Path(self.registry.where), **inside, **extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def mortal(self) -> Agent:
        return self.ward.others[MORTAL]

    def revive_mortal(self) -> None:
        """Start the mortal one's program anew, and say that it is she."""
        pane = pane_of(self.mortal)
        argv = [sys.executable, "-m", "cafleet_core.demo.standin", "--name", MORTAL]
        argv += ["--behaviour", "quiet", "--log", str(self.log(MORTAL))]
        self.terminal.tmux("respawn-pane", "-k", "-t", pane, "--", *argv)
        eventually(lambda: "❯" in self.terminal.screen(pane))
        agent = lookup.agents(self.registry, None, self.mortal.agent_id)[0]
        placements.adopt(self.registry, agent)

    def workers(self) -> list[str]:
        """The names of the shop's members, those too that are half made."""
        team = lookup.active_agents(self.registry, self.shop.session.session_id)
        return [agent.name for agent in team if agent.name.startswith("worker")]

    def strangers(self) -> list[str]:
        """The panes that are marked as those of agents that are no more."""
        listed = self.terminal.tmux(
            "list-panes", "-a", "-F", f"#{{pane_id}} #{{{IDENTITY_OPTION}}}"
        )
        marked = [line.split(" ", 1) for line in listed.splitlines()]
        return [
            pane
            for pane, agent_id in marked
            if agent_id and not lookup.agents(self.registry, None, agent_id)
        ]

    def answers(self) -> list[tuple[int, str]]:
        """The questions that were answered, each with the keys that it was given."""
        if not self._papers.exists():
            return []
        lines = self._papers.read_text("utf-8").splitlines()
        return [(number, keys) for number, keys in map(json.loads, lines)]

    def first_process(self, agent: Agent) -> int:
        """The first process of an agent's pane."""
        pane = pane_of(agent)
        asked = ("display-message", "-p", "-t", pane, "#{pane_pid}")
        return int(self.terminal.tmux(*asked))

    def server(self) -> int:
        """The process of the tmux server."""
        return int(self.terminal.tmux("display-message", "-p", "#{pid}"))


def pane_of(agent: Agent) -> str:
    """The pane in which an agent was placed."""
    assert agent.placement is not None
    return agent.placement.tmux_pane_id or ""


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    fields = process.stat(pid)
    return not fields or fields[1] in ("Z", "X")
