"""A Director is told of members on other machines by its own, and of machines that are away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.crew import Crew, crew_on
from tests.machines import machines
from tests.postgres import Server
from tests.terminal import eventually


@pytest.fixture
def crew(tmp_path: Path, server: Server) -> Iterator[Crew]:
    """With bob as the Director's member."""
    with machines(tmp_path, server.new_schema(), "office", "lab") as (office, lab):
        crew = crew_on(office, lab)
        crew.hire_bob()
        yield crew


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
