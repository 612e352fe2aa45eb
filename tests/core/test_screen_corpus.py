"""Every recorded screen of a real coding agent is read as what it is."""

from __future__ import annotations

from collections import Counter

import pytest

from cafleet_core.panes.reading import classify
from cafleet_core.views import PaneView
from tests.builders import a_placement, an_id
from tests.screens.corpus import Screen, recorded
from tests.team import NOWHERE

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


def read(screen: Screen) -> PaneView:
    """The verdict on a pane that shows this screen, with nothing else to go by."""
    placement = a_placement(screen.agent)
    facts = NOWHERE.pane._replace(
        server_pid=placement.tmux_server_pid,
        command=screen.command,
        agent_id=an_id("agent"),
        title=screen.title,
    )
    return classify.verdict(an_id("agent"), placement, facts, screen.text)


@pytest.mark.parametrize("screen", CASES)
def test_a_recorded_screen_is_read_as_what_it_is(screen: Screen) -> None:
    view = read(screen)
    assert (view.state, view.reason) == (screen.expected, view.reason)


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
