"""What a pane is doing, from tmux's facts alone: those count before anything on the screen."""

from __future__ import annotations

import pytest

from cafleet_core.panes.reading import classify
from cafleet_core.panes.tmux.facts import PaneFacts
from tests.builders import a_placement, an_id

AGENT = an_id("drafter")
ASKING = "  Apply the patch?\n❯ 1. Yes\n  2. No\n Esc to cancel\n"

AS_PLACED = PaneFacts(
    "%1", "@1", 4242, 1, False, False, 24, "claude", AGENT, "team", ""
)
"""The pane of a Claude Code, as `a_placement` says where it is."""


@pytest.mark.parametrize(
    ("facts", "found", "reason"),
    [
        (None, "dead", "pane gone"),
        (AS_PLACED._replace(server_pid=1), "dead", "pane gone"),
        (
            AS_PLACED._replace(agent_id=an_id("other")),
            "dead",
            "the pane is another agent's now",
        ),
        (AS_PLACED._replace(agent_id=""), "dead", "the pane is another agent's now"),
        (AS_PLACED._replace(dead=True), "dead", "its program has ended"),
        (AS_PLACED._replace(command="-zsh"), "shell", "-zsh is in front"),
        (AS_PLACED, "waiting", "❯ 1. Yes"),
    ],
)
def test_facts_count_before_the_screen(
    facts: PaneFacts | None, found: str, reason: str
) -> None:
    view = classify.verdict(AGENT, a_placement(), facts, ASKING)
    assert (view.state, view.reason) == (found, reason)
    assert (view.question is not None) == (found == "waiting")


def test_a_pane_that_is_being_made_has_no_facts_to_go_by() -> None:
    pending = a_placement(tmux_pane_id=None)
    assert classify.verdict(AGENT, pending, None, None).state == "starting"
