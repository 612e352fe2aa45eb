"""The pane thread: which states and screens it posts, and how often it looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import ClassVar

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent
from cafleet_core.states import PaneState
from cafleet_tui.data.pane_watch import PaneWatch
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.updates import (
    PanesSeen,
)
from tests.builders import an_agent
from tests.team import Team, a_team
from tests.terminal import eventually
from tests.tui.rooms import settings_of
from tests.tui.test_feed import Inbox


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


class Changing(RegistrySource):
    """A registry whose panes show what `views` says."""

    views: ClassVar[dict[str, PaneReading]] = {}
    looks: ClassVar[list[str]] = []

    def panes(self, session_id: str) -> dict[str, PaneReading]:
        self.looks.append(session_id)
        return self.views


def test_panes_are_told_only_when_they_changed(
    registry_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cafleet_tui.data.pane_watch.PANES_EVERY", 0.01)
    idle, busy = (
        PaneReading(state, "screen", "") for state in (PaneState.IDLE, PaneState.BUSY)
    )
    monkeypatch.setattr(Changing, "views", {"a": idle})
    inbox = Inbox()
    watch = PaneWatch(
        lambda: Changing(settings_of(registry_path)), team.session.session_id, inbox
    )
    watch.start()
    assert inbox.next(PanesSeen).readings == {"a": idle}
    seen = len(Changing.looks)
    eventually(lambda: len(Changing.looks) > seen + 5)
    assert inbox.told.empty()
    monkeypatch.setattr(Changing, "views", {"a": busy})
    assert inbox.next(PanesSeen).readings == {"a": busy}
    watch.stop()
    assert not watch.is_alive()
    assert inbox.told.empty()


class Showing(RegistrySource):
    """A registry with two panes, whose screens are what `screens` says."""

    screens: ClassVar[dict[str, str]] = {}
    looks: ClassVar[list[str]] = []

    def panes(self, session_id: str) -> dict[str, PaneReading]:
        self.looks.append("all")
        return {name: self.view(name) for name in self.screens}

    def pane(self, agent: Agent) -> dict[str, PaneReading]:
        self.looks.append(agent.name)
        return {agent.agent_id: self.view(agent.agent_id)}

    def view(self, name: str) -> PaneReading:
        return PaneReading(PaneState.BUSY, "screen", "", self.screens[name])


@pytest.fixture
def watched(
    registry_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[PaneWatch, Inbox]]:
    """A running watch over the panes of `Showing`, and what it tells."""
    monkeypatch.setattr(Showing, "looks", [])
    monkeypatch.setattr(Showing, "screens", {"a": "one", "b": "one"})
    inbox = Inbox()
    watch = PaneWatch(
        lambda: Showing(settings_of(registry_path)), team.session.session_id, inbox
    )
    watch.start()
    yield watch, inbox
    watch.stop()
    assert not watch.is_alive()


def test_a_screen_that_nobody_sees_is_not_told_of(
    watched: tuple[PaneWatch, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, inbox = watched
    inbox.next(PanesSeen)
    monkeypatch.setitem(Showing.screens, "a", "two")
    watch.look()
    eventually(lambda: len(Showing.looks) > 1)
    with pytest.raises(Empty):
        inbox.told.get(timeout=0.3)
    watch.watch(an_agent("a", agent_id="a")._replace(placement=None))
    assert inbox.next(PanesSeen).readings["a"].screen == "two"
    monkeypatch.setitem(Showing.screens, "b", "two")
    watch.look()
    with pytest.raises(Empty):
        inbox.told.get(timeout=0.3)


def test_a_watched_screen_is_followed_while_it_changes_and_then_left_alone(
    watched: tuple[PaneWatch, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cafleet_tui.data.pane_watch.PANES_EVERY", 60)
    monkeypatch.setattr("cafleet_tui.data.pane_watch.SCREEN_EVERY", 0.02)
    watch, inbox = watched
    inbox.next(PanesSeen)
    watch.watch(an_agent("a", agent_id="a")._replace(placement=None))
    assert inbox.next(PanesSeen).readings["a"].screen == "one"
    monkeypatch.setitem(Showing.screens, "a", "two")
    watch.look()
    assert inbox.next(PanesSeen).readings["a"].screen == "two"
    eventually(lambda: "a" in Showing.looks)
    looks = len(Showing.looks)
    with pytest.raises(Empty):
        inbox.told.get(timeout=0.3)
    assert len(Showing.looks) - looks <= 1
    assert "b" not in Showing.looks


def test_screens_that_are_watched_besides_are_told_of_by_the_same_looks(
    watched: tuple[PaneWatch, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cafleet_tui.data.pane_watch.PANES_EVERY", 0.05)
    watch, inbox = watched
    inbox.next(PanesSeen)
    here = [an_agent(each, agent_id=each)._replace(placement=None) for each in "ab"]
    watch.watch_also(here)
    assert inbox.next(PanesSeen).readings["b"].screen == "one"
    monkeypatch.setitem(Showing.screens, "b", "two")
    assert inbox.next(PanesSeen).readings["b"].screen == "two"
    assert set(Showing.looks) == {"all"}
    watch.watch_also(())
    inbox.next(PanesSeen)
    monkeypatch.setitem(Showing.screens, "b", "three")
    with pytest.raises(Empty):
        inbox.told.get(timeout=0.3)
