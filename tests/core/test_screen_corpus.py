"""Every recorded screen of a real coding agent is read as what it is."""

from __future__ import annotations

from collections import Counter

import pytest

from cafleet_core.panes.reading.classify import classify
from cafleet_core.views import PaneReading
from tests.builders import DAWN, a_placement, a_snapshot, an_id
from tests.screens.corpus import Screen, recorded

CORPUS = recorded()


def read(screen: Screen) -> PaneReading:
    """The reading of a pane that shows this screen, with nothing else to go by."""
    snapshot = a_snapshot(screen.text, command=screen.command, title=screen.title)
    return classify(an_id("drafter"), a_placement(screen.agent), snapshot, (), DAWN)


@pytest.mark.parametrize("screen", CORPUS, ids=lambda one: f"{one.agent}/{one.name}")
def test_a_recorded_screen_is_read_as_what_it_is(screen: Screen) -> None:
    view = read(screen)
    assert (view.state, view.evidence) == (screen.expected, view.evidence)


def test_no_screen_of_any_agent_is_misread(capsys: pytest.CaptureFixture[str]) -> None:
    total = Counter(screen.agent for screen in CORPUS)
    right = Counter(
        screen.agent for screen in CORPUS if read(screen).state == screen.expected
    )
    with capsys.disabled():
        for agent, count in total.items():
            print(f"\n{agent}: {right[agent]} of {count} screens right", end="")
    assert right == total
    assert {"claude", "codex"} <= total.keys()
