"""Create sessions with a Director and agents, with or without real panes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cafleet_core.broker.directory import agents, callers, sessions
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.panes.tmux.facts import Here, PaneFacts
from cafleet_core.records import Agent, Session
from cafleet_core.storage import lookup
from tests.terminal import Terminal

NOWHERE = Here(
    "/nonexistent/tmux.sock",
    PaneFacts("%1", "@1", 1, 1, False, False, 24, "claude", (), "main", ""),
)
"""A pane of a tmux server that does not exist, for tests without panes."""


class Team(NamedTuple):
    """A session, its Director and Administrator, and its other agents by name."""

    session: Session
    director: Agent
    administrator: Agent
    others: dict[str, Agent]

    def caller(self, name: str = "Director") -> Caller:
        """The agent of this name as a caller."""
        built_in = {"Director": self.director, "Administrator": self.administrator}
        return Caller(self.session, {**built_in, **self.others}[name])


def called_by(
    registry: Registry,
    settings: Settings,
    environ: Mapping[str, str],
    session: str | None,
    agent: str | None,
) -> Caller:
    """Whom a call of this process, with these variables and options, is taken for."""
    around = callers.surroundings(registry, settings, environ)
    return callers.caller(around, session, agent)._replace(proof=None)


def a_team(
    registry: Registry, *names: str, here: Here = NOWHERE, label: str | None = None
) -> Team:
    """A session whose Director lives in `here`, with registered agents that have no pane."""
    team = _bootstrapped(registry, here, label)
    for name in names:
        team.others[name] = agents.register(registry, team.session, name, f"The {name}")
    return team


def a_team_in_panes(
    registry: Registry, terminal: Terminal, logs: Path, *names: str
) -> Team:
    """A session in which everyone is a stand-in in a pane, logging to `logs`/<name>.jsonl."""
    pane = terminal.standin(log_of(logs, "Director"))
    team = _bootstrapped(registry, terminal.here(pane))
    for name in names:
        home = terminal.here(terminal.standin(log_of(logs, name)))
        team.others[name] = agents.register(
            registry,
            team.session,
            name,
            f"The {name}",
            here=home,
            coding_agent="standin",
        )
    return team


def log_of(logs: Path, name: str) -> Path:
    """The file to which the stand-in called `name` logs its turns."""
    return logs / f"{name}.jsonl"


def _bootstrapped(registry: Registry, here: Here, label: str | None = None) -> Team:
    """A session of this label; without one `a test` if no other is called so."""
    if label is None and not lookup.labelled(registry, "a test"):
        label = "a test"
    made = sessions.create(registry, here, label, "standin")
    listed = agents.listed(registry, made.session)
    administrator = next(agent for agent in listed if agent.kind == "administrator")
    return Team(made.session, made.director, administrator, {})
