"""Reading many panes again and again: only the one that may differ is read, and none is missed."""

from __future__ import annotations

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.reading import look, past
from cafleet_core.panes.reading.past import PastReadings
from cafleet_core.panes.tmux import album
from cafleet_core.records import Agent
from tests.team import a_team
from tests.terminal import Terminal, eventually


class Watched:
    """Some agents in panes with a program that repeats what is typed, and whom a look has read."""

    def __init__(self, registry: Registry, terminal: Terminal) -> None:
        self.terminal = terminal
        team = a_team(registry)
        self.agents = [
            agents.register(
                registry,
                team.session,
                f"watched-{number}",
                "",
                here=terminal.here(terminal.pane(["cat"])),
                coding_agent="claude",
            )
            for number in range(3)
        ]
        self.past = PastReadings()
        self.read: list[str] = []

    def look(self) -> list[str]:
        """Look at all; the names of those who were read."""
        del self.read[:]
        readings = look.look(self.agents, self.past)
        assert readings.keys() == {agent.agent_id for agent in self.agents}
        return [agent.name for agent in self.agents if agent.agent_id in self.read]

    def settle(self) -> None:
        """Look until nobody is read any more."""
        eventually(lambda: not self.look())

    def pane_of(self, agent: Agent) -> str:
        assert agent.placement is not None
        assert agent.placement.tmux_pane_id is not None
        return agent.placement.tmux_pane_id


@pytest.fixture
def watched(
    registry: Registry, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> Watched:
    watched = Watched(registry, terminal)
    read = look._read

    def recorded(agent_id: str, *rest: object) -> object:
        watched.read.append(agent_id)
        return read(agent_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(look, "_read", recorded)
    monkeypatch.setattr(album, "FEW", 0)
    return watched


def test_only_the_pane_that_has_changed_is_read(watched: Watched) -> None:
    watched.settle()
    pane = watched.pane_of(watched.agents[1])
    watched.terminal.keys(pane, "hello", "Enter")
    eventually(lambda: watched.terminal.screen(pane).count("hello") == 2)
    assert watched.look() == ["watched-1"]


def test_who_is_kept_to_be_in_another_state_is_read_anew(watched: Watched) -> None:
    watched.settle()
    first = watched.agents[0]
    assert first.placement is not None
    changed = first.placement._replace(pane_state_since="2026-11-20T12:00:00+00:00")
    watched.agents[0] = first._replace(placement=changed)
    assert watched.look() == ["watched-0"]


def test_a_state_that_may_pass_by_itself_is_read_at_every_look(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.settle()
    monkeypatch.setattr(past, "_LASTING", frozenset())
    monkeypatch.setattr(album, "DUE_SECONDS", 0.0)
    watched.look()
    monkeypatch.setattr(album, "DUE_SECONDS", 60.0)
    assert watched.look() == ["watched-0", "watched-1", "watched-2"]
