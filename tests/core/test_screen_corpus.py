"""Every recorded screen of a real coding agent is read as what it is."""

from __future__ import annotations

from collections import Counter

import pytest

from cafleet_core.panes.reading.classify import classify
from cafleet_core.views import PaneReading
from tests.builders import DAWN, a_placement, a_snapshot, an_id
from tests.screens.corpus import Screen, recorded

CORPUS = recorded()

TO_BE_LEARNT = {"covered", "suspended", "limit", "failed"}
"""Words for which the program has no state yet: a view, pager or editor in front of the input
box; an agent that its user has stopped; one at its limit of use; one whose service refuses it."""
LEARNT = [screen for screen in CORPUS if screen.expected not in TO_BE_LEARNT]
_NOTHING_IS_DEMANDED = pytest.mark.xfail(strict=False)
CASES = [
    pytest.param(
        screen,
        id=f"{screen.agent}/{screen.version}/{screen.name}",
        marks=[] if screen in LEARNT else [_NOTHING_IS_DEMANDED],
    )
    for screen in CORPUS
]


def read(screen: Screen) -> PaneReading:
    """The reading of a pane that shows this screen, with nothing else to go by."""
    snapshot = a_snapshot(screen.text, command=screen.command, title=screen.title)
    return classify(an_id("drafter"), a_placement(screen.agent), snapshot, (), DAWN)


@pytest.mark.parametrize("screen", CASES)
def test_a_recorded_screen_is_read_as_what_it_is(screen: Screen) -> None:
    view = read(screen)
    assert (view.state, view.evidence) == (screen.expected, view.evidence)


def test_no_screen_of_any_agent_is_misread(capsys: pytest.CaptureFixture[str]) -> None:
    total = Counter(screen.agent for screen in LEARNT)
    right = Counter(
        screen.agent for screen in LEARNT if read(screen).state == screen.expected
    )
    with capsys.disabled():
        for agent, count in total.items():
            print(f"\n{agent}: {right[agent]} of {count} screens right", end="")
    assert right == total
    assert {"claude", "codex"} <= total.keys()
