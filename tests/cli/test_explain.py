"""`member explain`: a verdict on a pane can be understood, and doubted."""

from __future__ import annotations

from typing import Any

import pytest

from cafleet_core import clock
from tests.cli.desk import Desk

EXPLAIN = ("member", "explain", "--member-id", "worker")


@pytest.fixture
def worker(desk: Desk) -> Any:
    """A member at rest; what `create` told of it."""
    return desk.a_worker_at_rest()


def test_it_names_the_line_and_the_rule_that_it_met(desk: Desk, worker: Any) -> None:
    explained = desk(*EXPLAIN, "--json").document
    assert explained["member_agent_id"] == worker["agent_id"]
    assert (explained["state"], explained["source"], explained["age"]) == (
        "idle",
        "screen",
        None,
    )
    assert explained["evidence"].startswith("❯")
    assert explained["rule"].startswith("composer ")
    assert explained["overruled"] == []
    lines = desk(*EXPLAIN).out.splitlines()
    assert lines[0] == "Member worker is idle."
    assert "  source:    screen" in lines


def test_it_shows_what_was_looked_at_and_every_rule(desk: Desk, worker: Any) -> None:
    document = desk(*EXPLAIN, "--json").document
    assert [line for line in document["lines"] if line.startswith("❯")]
    met = [trial for trial in document["tried"] if trial["line"] is not None]
    assert met[0]["rule"] == document["rule"]
    assert {trial["rule"].split()[0] for trial in document["tried"]} >= {
        "waiting",
        "busy",
    }
    shown = desk(*EXPLAIN).out
    assert f"| {document['lines'][-1]}" in shown
    assert all(f"{trial['rule']}: " in shown for trial in document["tried"])


def test_what_a_hook_has_stamped_on_the_pane_overrules_the_screen(
    desk: Desk, worker: Any
) -> None:
    pane = worker["placement"]["tmux_pane_id"]
    stamp = f"busy {int(clock.now().timestamp())}"
    desk.terminal.tmux("set-option", "-p", "-t", pane, "@cafleet_state", stamp)
    explained = desk(*EXPLAIN, "--json").document
    assert (explained["state"], explained["source"], explained["evidence"]) == (
        "busy",
        "hook",
        stamp,
    )
    [overruled] = explained["overruled"]
    assert overruled.startswith("screen: idle (❯")
    words = desk("message", "send", "--to", "worker", "--text", "later")
    assert "push: held" in words.out
    desk.terminal.tmux("set-option", "-pu", "-t", pane, "@cafleet_state")


def test_a_pane_that_has_gone_is_explained_too(desk: Desk, worker: Any) -> None:
    desk.terminal.tmux("kill-pane", "-t", worker["placement"]["tmux_pane_id"])
    assert "  evidence:  pane gone" in desk(*EXPLAIN).out.splitlines()
    assert desk("member", "explain", "--member-id", "nobody").code == 1
