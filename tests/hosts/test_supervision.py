"""A Director is told of members on other machines by its own, and of machines that are away."""

from __future__ import annotations

import pytest

from tests.hosts.crew import Crew
from tests.terminal import eventually


@pytest.fixture
def crew(crew: Crew) -> Crew:
    """With bob as the Director's member."""
    crew.hire_bob()
    return crew


def test_it_hears_of_a_member_that_is_gone_and_of_its_machine(crew: Crew) -> None:
    lab = crew.lab.start_host()
    crew.office.start_host()
    eventually(lambda: "idle" in crew.as_director("member", "list", "--activity").out)
    crew.lab.terminal.tmux("kill-pane", "-t", crew.bob_pane)
    eventually(lambda: any("bob is gone" in turn for turn in crew.director_was_told()))
    lab.terminate()
    lab.wait()
    eventually(lambda: any("host away" in turn for turn in crew.director_was_told()))
    assert "host away" in crew.as_director("member", "list", "--activity", "--json").out
    eventually(lambda: "host_away" in events(crew))
    crew.lab.start_host()
    eventually(lambda: "host_back" in events(crew))
    assert events(crew).count("host_away") == 1


def events(crew: Crew) -> str:
    return crew.as_director("event", "list").out
