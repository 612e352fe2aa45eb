"""Every command about a member, where that member lives on another machine."""

from __future__ import annotations

import json

import pytest

from cafleet_core import host
from tests.hosts.crew import Crew
from tests.terminal import eventually

ASKING = "Bash command\n\n  rm -rf build\n\nDo you want it?\n❯ 1. Yes\n  2. No"


@pytest.fixture
def crew(crew: Crew) -> Crew:
    """With bob as the Director's member, whose machine serves."""
    crew.hire_bob()
    crew.lab.start_host()
    return crew


def test_what_is_seen_there_is_told_here(crew: Crew) -> None:
    assert "Nobody asks" in crew.as_director("member", "questions").out
    assert "Lines that were looked at:\n" in crew.ask("explain")
    assert crew.ask("wait", "--state", "idle", "--timeout", "9") == "bob is idle.\n"
    assert crew.ask("watch", "--until", "idle") == "bob is idle now.\n"
    scanned = crew.as_director("member", "scan").out
    assert "=== bob" in scanned
    assert "not captured" not in scanned
    listed = crew.as_director("member", "list", "--activity", "--json").document
    # the name of both machines, told apart
    there = f"{host.name()} {crew.lab.host_id[:8]}"
    assert [each["host"] for each in listed] == [there]
    assert there in crew.as_director("member", "list", "--activity").out


def test_a_question_is_listed_in_full_and_answered_if_it_is_still_that_one(
    crew: Crew,
) -> None:
    crew.lab.terminal.draw(crew.bob_pane, ASKING)
    listed = ("member", "questions", "--json")
    [asked] = eventually(lambda: crew.as_director(*listed).document)
    assert any("rm -rf build" in line for line in asked["context"])
    choice = ("send-input", "--choice", "2", "--question")
    crew.lab.terminal.draw(crew.bob_pane, ASKING.replace("build", "src"))
    refused = crew.as_director(
        "member", choice[0], *crew.bob, *choice[1:], asked["question"]
    )
    assert "another question is on the screen by now" in refused.err
    crew.lab.terminal.draw(crew.bob_pane, ASKING)
    assert "Sent choice 2" in crew.ask(*choice, asked["question"])


def test_work_is_interrupted_there(crew: Crew) -> None:
    asked = crew.as_director("member", "interrupt", *crew.bob)
    assert (asked.code, asked.out) == (1, "bob is not busy; nothing was pressed.\n")
    rule = "─" * 40
    crew.lab.terminal.draw(crew.bob_pane, f"✻ Reading…\n{rule}\n❯\n{rule}")
    goes_on = crew.as_director("member", "interrupt", *crew.bob, "--timeout", "0.5")
    still = "bob is still busy 0.5 s after its key was pressed.\n"
    assert (goes_on.code, goes_on.out) == (3, still)


def test_none_acts_here_where_the_machine_is_away(crew: Crew) -> None:
    """Nor on a pane of this machine that is alike in all but its machine."""
    assert crew.director_pane == crew.bob_pane
    crew.lab.end_processes()
    before = crew.office.terminal.screen(crew.director_pane)
    for verb in (
        ("ping",),
        ("prompt", "x"),
        ("interrupt",),
        ("exec", "x"),
        ("capture",),
        ("explain",),
        ("send-input", "--choice", "1"),
        ("delete",),
    ):
        refused = crew.as_director("member", verb[0], *crew.bob, *verb[1:])
        assert (refused.code, refused.out) == (1, ""), verb
        assert "is away: no host process of it was seen" in refused.err, verb
    late = crew.as_director(
        "member", "wait", *crew.bob, "--state", "idle", "--timeout", "0"
    )
    assert (late.code, "is away" in late.err) == (3, True), late
    assert "is away" in crew.as_director("member", "scan").out
    ended = crew.ask("delete", "--force")
    assert "Member deleted" in ended
    assert crew.office.terminal.screen(crew.director_pane) == before
    assert crew.bob_pane in crew.lab.panes()
    assert json.loads(crew.as_director("member", "list", "--json").out) == []
