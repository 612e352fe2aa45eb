"""What a pane is doing, from tmux's facts alone: those count before anything on the screen."""

from __future__ import annotations

import pytest

from cafleet_core.panes.reading.classify import classify
from cafleet_core.panes.tmux.snapshot import PaneSnapshot
from tests.builders import DAWN, a_placement, a_snapshot, an_id

AGENT = an_id("drafter")
ASKING = "  Apply the patch?\n❯ 1. Yes\n  2. No\n Esc to cancel\n"

AS_PLACED = a_snapshot(ASKING)
"""The pane of a Claude Code, as `a_placement` says where it is."""


@pytest.mark.parametrize(
    ("snapshot", "state", "evidence"),
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
    snapshot: PaneSnapshot | None, state: str, evidence: str
) -> None:
    reading = classify(AGENT, a_placement(), snapshot, (), DAWN)
    assert (reading.state, reading.evidence) == (state, evidence)
    assert (reading.question is not None) == (state == "waiting")


def test_a_pane_that_is_being_made_has_no_facts_to_go_by() -> None:
    pending = a_placement(tmux_pane_id=None)
    assert classify(AGENT, pending, None, (), DAWN).state == "starting"
