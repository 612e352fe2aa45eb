"""Agents in panes of their own, each a shell in which its commands run, and a clerk who is written to."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Agent
from cafleet_core.storage import lookup
from tests.cli.pane_shell import PaneShell
from tests.team import Team, a_team
from tests.terminal import Ran, Terminal

BACKGROUND = shlex.join([sys.executable, "-m", "tests.cli.background"])
ROOT = Path(__file__).parents[2]
KEPT = " ".join(
    f"{name}=${name}" for name in ("PATH", "CAFLEET_DATABASE_URL", "XDG_STATE_HOME")
)
"""Assignments that keep the program, the registry and the host's id, and nothing else."""


class Office:
    """Two agents in panes of their own, a Director in a third, and a clerk without one."""

    def __init__(self, registry: Registry, terminal: Terminal, folder: Path) -> None:
        self.registry, self.terminal = registry, terminal
        self.desks = {
            name: PaneShell(terminal, folder) for name in ("Director", "alice", "bob")
        }
        here = terminal.here(self.desks["Director"].pane)
        self.team: Team = a_team(registry, "clerk", here=here)
        for name in ("alice", "bob"):
            self.desks[name].cafleet(
                *("agent", "register", "--here", "--name", name, "--description", "d"),
                *("--session-id", self.team.session.session_id),
            )

    def agent(self, name: str) -> Agent:
        session_id = self.team.session.session_id
        return lookup.agents(self.registry, session_id, name)[0]

    def variables(self, name: str) -> str:
        """The assignments with which an agent's program is started."""
        session_id = self.team.session.session_id
        agent_id = self.agent(name).agent_id
        return f"CAFLEET_SESSION_ID={session_id} CAFLEET_AGENT_ID={agent_id}"

    def says(self, place: str, *more: str, before: str = "", wrap: str = "{}") -> Ran:
        """A message to the clerk, sent from somebody's pane."""
        send = ("message", "send", "--to", "clerk", "--text", "words", *more)
        before = f"cd {ROOT}; env {before}" if before else f"cd {ROOT};"
        return self.desks[place].cafleet(*send, before=before, wrap=wrap)

    def recorded(self) -> list[tuple[str, str | None]]:
        """Whom each message is from, and how that was proven."""
        return self.registry.rows(
            "SELECT a.name, t.sender_proof FROM tasks t"
            " JOIN agents a ON a.agent_id = t.from_agent_id ORDER BY t.seq"
        )
