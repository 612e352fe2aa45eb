"""What a pane is doing, from tmux's facts alone: those count before anything on the screen."""

from __future__ import annotations

import pytest

from cafleet_core import clock
from cafleet_core.agents import catalog
from cafleet_core.panes.reading import classify
from cafleet_core.panes.tmux.facts import PaneFacts
from cafleet_core.records import Placement
from cafleet_core.states import PaneState
from cafleet_core.views import PaneView
from tests.builders import a_placement, an_id

AGENT = an_id("drafter")
ASKING = "  Apply the patch?\n❯ 1. Yes\n  2. No\n Esc to cancel\n"
AT_REST = "────\n❯ \n────\n  manual mode on"
MADE = PaneView(PaneState.STARTING, "registry", "its pane is being made")

AS_PLACED = PaneFacts(
    "%1", "@1", 4242, 1, False, False, 24, "claude", AGENT, "team", ""
)
"""The pane of a Claude Code, as `a_placement` says where it is."""


@pytest.mark.parametrize(
    ("facts", "view"),
    [
        (None, PaneView(PaneState.DEAD, "tmux", "pane gone")),
        (
            AS_PLACED._replace(server_pid=1),
            PaneView(PaneState.DEAD, "tmux", "pane gone"),
        ),
        (
            AS_PLACED._replace(agent_id=an_id("other")),
            PaneView(PaneState.DEAD, "tmux", "the pane is another agent's now"),
        ),
        (
            AS_PLACED._replace(agent_id=""),
            PaneView(PaneState.DEAD, "tmux", "the pane is another agent's now"),
        ),
        (
            AS_PLACED._replace(dead=True),
            PaneView(PaneState.DEAD, "tmux", "its program has ended", ASKING),
        ),
        (
            AS_PLACED._replace(command="-zsh"),
            PaneView(PaneState.SHELL, "tmux", "-zsh is in front", ASKING),
        ),
    ],
)
def test_facts_count_before_the_screen(facts: PaneFacts | None, view: PaneView) -> None:
    assert classify.verdict(AGENT, a_placement(), facts, ASKING) == view


def test_then_the_screen_tells_what_is_asked() -> None:
    view = classify.verdict(AGENT, a_placement(), AS_PLACED, ASKING)
    assert (view.state, view.source, view.reason) == ("waiting", "screen", "❯ 1. Yes")
    assert (view.screen, view.age, view.overruled) == (ASKING, None, ())
    assert view.rule.startswith("waiting ")
    assert view.question is not None
    assert [option.label for option in view.question.options] == ["Yes", "No"]


def test_a_hook_s_stamp_tells_before_the_screen_and_says_how_old_it_is() -> None:
    stamp = f"busy {int(clock.now().timestamp()) - 5}"
    told = AS_PLACED._replace(stamped=stamp)
    view = classify.verdict(AGENT, a_placement(), told, AT_REST)
    assert (view.state, view.source, view.reason) == ("busy", "hook", stamp)
    assert view.rule == "told by its hook"
    assert view.age is not None
    assert 5 <= view.age < 60
    assert [one.partition(" (")[0] for one in view.overruled] == ["screen: idle"]
    assert view.question is None


def test_a_question_that_only_a_hook_tells_of_cannot_be_answered_from_elsewhere() -> (
    None
):
    asked = AS_PLACED._replace(stamped=f"waiting {int(clock.now().timestamp())}")
    view = classify.verdict(AGENT, a_placement(), asked, None)
    assert (view.state, view.question) == ("waiting", None)


def test_a_title_tells_too() -> None:
    cues = catalog.cues("claude")._replace(title_busy=("^working",)).dump()
    working = AS_PLACED._replace(title="working on it")
    view = classify.verdict(AGENT, a_placement(cues=cues), working, "")
    assert (view.state, view.reason) == ("busy", "working on it")


def test_a_pane_that_is_being_made_has_no_facts_to_go_by() -> None:
    pending = a_placement(tmux_pane_id=None)
    assert classify.verdict(AGENT, pending, None, None) == MADE


def just_started() -> Placement:
    return a_placement(pane_state="starting", pane_state_since=clock.stamp())


def test_the_pane_of_one_just_started_is_its_own_before_it_is_stamped() -> None:
    placement, unsigned = just_started(), AS_PLACED._replace(agent_id="")
    view = classify.verdict(AGENT, placement, unsigned, ASKING)
    assert view == MADE._replace(screen=ASKING)
    for facts in (
        unsigned._replace(dead=True),
        AS_PLACED._replace(agent_id=an_id("other")),
    ):
        assert classify.verdict(AGENT, placement, facts, ASKING).state == "dead"


def test_one_just_started_is_starting_until_it_shows_something() -> None:
    view = classify.verdict(AGENT, just_started(), AS_PLACED, "Loading")
    assert view == PaneView(
        PaneState.STARTING, "registry", "it has shown nothing yet", "Loading"
    )
    assert classify.verdict(AGENT, just_started(), AS_PLACED, AT_REST).state == "idle"
    view = classify.verdict(AGENT, a_placement(), AS_PLACED, "Loading")
    assert (view.state, view.screen) == ("unknown", "Loading")


def test_of_an_agent_without_cues_nothing_can_be_answered() -> None:
    """A numbered list may be anything there."""
    placement = a_placement(cues="")
    view = classify.verdict(AGENT, placement, AS_PLACED, ASKING)
    assert (view.state, view.reason) == ("unknown", "no cue on the screen")
    assert view.question is None
