"""Stand-ins with doors of their own, in panes: started, registered, and heard of by their files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry
from cafleet_core.demo import standin
from cafleet_core.records import Agent
from cafleet_core.storage import lookup
from tests.team import Team
from tests.terminal import Terminal, eventually, turns

_TYPED = "typed.jsonl"


class InPane(NamedTuple):
    """A stand-in in a pane: its files, and the agent that it is registered as."""

    home: Path
    pane: str
    agent: Agent

    def behaves(self, how: str) -> None:
        """Change what it does with messages from now on."""
        (self.home / "behaviour").write_text(how)

    def typed(self) -> list[str]:
        """The turns that were typed to it."""
        return turns(self.home / _TYPED)

    def read(self) -> list[str]:
        """The messages that became turns by its door."""
        return [entry["words"] for entry in lines(self.home / "read.jsonl")]

    def fresh(self, registry: Registry) -> Agent:
        """Its agent, as the registry has it now."""
        return lookup.by_ids(registry, [self.agent.agent_id])[0]


def start(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    home: Path,
    inbox: str,
    settings: Mapping[str, str],
) -> InPane:
    """Run the module `tests.push.<inbox>_standin` in a pane, and register it as alice."""
    home.mkdir()
    given = [f"{name}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", f"tests.push.{inbox}_standin", str(home)]
    pane = terminal.pane(["env", *given, f"PYTHONPATH={os.getcwd()}", *command])
    eventually(lambda: "❯" in terminal.screen(pane))
    eventually(lambda: (home / "behaviour").exists())
    return InPane(home, pane, registered(registry, terminal, team, pane, inbox))


def registered(
    registry: Registry, terminal: Terminal, team: Team, pane: str, inbox: str
) -> Agent:
    """Alice, who is the stand-in in this pane and has an inbox of this kind."""
    agent = agents.register(
        *(registry, team.session, "alice", ""),
        here=terminal.here(pane),
        coding_agent="standin",
    )
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET cues = cues || ? WHERE agent_id = ?",
            (f"\ninbox {inbox}", agent.agent_id),
        )
    team.others["alice"] = lookup.by_ids(registry, [agent.agent_id])[0]
    return team.others["alice"]


def lines(path: Path) -> list[dict[str, Any]]:
    """The JSON objects in a log; none without it."""
    words = path.read_text() if path.exists() else ""
    return list(map(json.loads, words.splitlines()))


def note(path: Path, entry: Mapping[str, Any]) -> None:
    """Add an entry to a log."""
    with path.open("a") as file:
        file.write(json.dumps(entry) + "\n")


def be_typed_to(home: Path) -> None:
    """Be the plain stand-in, to whom one can type."""
    log = str(home / _TYPED)
    sys.argv[1:] = ["--name", "agent", "--behaviour", "quiet", "--log", log]
    standin.main()
