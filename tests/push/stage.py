"""A member whose pane shows a recorded screen, for what is typed into it and what is not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer
from cafleet_core.readings import Question
from cafleet_core.records import Agent
from cafleet_core.views import Entry
from tests.push import player
from tests.screens.corpus import HERE
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually

CHOICE = "claude/2.1.329/waiting-choice"
AT_REST = "claude/2.1.329/idle-finished-turn"
DRAFT = "claude/2.1.329/draft-draft-one-line"


class Stage(NamedTuple):
    """A member whose pane shows a recorded screen, and the Director who deals with it."""

    registry: Registry
    terminal: Terminal
    team: Team
    member: Agent
    pane: str
    notes: Path

    @property
    def typed(self) -> str:
        return self.notes.read_bytes().decode()

    def choose(self, digit: int, seen: Question | None = None) -> Question:
        caller = self.team.caller()
        return answer.choose(self.registry, caller, self.member, digit, seen=seen)

    def write(self, words: str, seen: Question | None = None) -> Question:
        caller = self.team.caller()
        return answer.write_answer(self.registry, caller, self.member, words, seen=seen)

    def kept(self) -> list[Entry]:
        """The answers in the timeline."""
        return list(pages.newest(self.registry, self.team.session.session_id))


Showing = Callable[..., Stage]


@pytest.fixture(scope="module")
def tmux_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One tmux server for every test."""
    folder = tmp_path_factory.mktemp("answering")
    terminal = Terminal(folder / "tmux.sock", folder / "registry.db")
    yield terminal
    terminal.close()


@pytest.fixture
def showing(registry: Registry, tmux_server: Terminal, tmp_path: Path) -> Showing:
    """Makes a member whose agent shows this screen."""
    team = a_team(registry)

    def shown(screen: str, coding_agent: str = "claude") -> Stage:
        notes, file = tmp_path / "typed", HERE / f"{screen}-120x40.txt"
        argv = [sys.executable, player.__file__, str(notes), str(file), str(file)]
        pane = tmux_server.pane(argv, {"PYTHONPATH": os.getcwd()})
        eventually(lambda: notes.exists() and tmux_server.screen(pane).strip())
        member = agents.register(
            *(registry, team.session, "worker", ""),
            here=tmux_server.here(pane),
            coding_agent=coding_agent,
        )
        return Stage(registry, tmux_server, team, member, pane, notes)

    return shown
