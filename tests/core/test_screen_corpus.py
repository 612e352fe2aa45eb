"""Every recorded screen of a real coding agent is read as what it is."""

from __future__ import annotations

from collections import Counter

import pytest

from cafleet_core.panes.reading.classify import classify
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.readings import PaneReading
from cafleet_core.states import BoxSight, PaneState
from tests.builders import DAWN, a_placement, a_snapshot, an_id
from tests.screens.corpus import HERE, Screen, recorded

CORPUS = recorded()

CASES = [
    pytest.param(screen, id=f"{screen.agent}/{screen.version}/{screen.name}")
    for screen in CORPUS
]
IN_FRONT = {"idle", "busy", "draft", "limit", "failed"}
"""The states in which an agent's own input box takes the keys."""
WITHOUT_A_BOX_AT_WORK = {"aider"}
"""Line programs, whose prompt comes back when they have answered."""


def read(screen: Screen) -> PaneReading:
    """The reading of a pane that shows this screen, and of what is known of its processes."""
    snapshot = a_snapshot(
        screen.text,
        command=screen.command,
        title=screen.title,
        cursor_row=int(screen.cursor.split(",")[1]),
        caret=screen.caret != "0",
    )
    stopped = screen.processes.endswith(":T")
    reports = [SelfReport("process", PaneState.SUSPENDED, "stopped", 0.0)]
    return classify(
        *(an_id("drafter"), a_placement(screen.agent), snapshot),
        *(reports if stopped else (), DAWN),
    )


def word(reading: PaneReading) -> str:
    """A reading as the corpus says it: a view, pager or editor in front covers the box."""
    covered = reading.state == "unknown" and reading.box == BoxSight.COVERED
    return "covered" if covered else reading.state


@pytest.mark.parametrize("screen", CASES)
def test_a_recorded_screen_is_read_as_what_it_is(screen: Screen) -> None:
    reading = read(screen)
    assert (word(reading), reading.evidence) == (screen.expected, reading.evidence)


@pytest.mark.parametrize("screen", CASES)
def test_the_input_box_is_seen_where_it_takes_the_keys_and_nowhere_else(
    screen: Screen,
) -> None:
    seen = read(screen).box == BoxSight.SEEN
    has_none = screen.agent in WITHOUT_A_BOX_AT_WORK and screen.expected == "busy"
    assert seen == (screen.expected in IN_FRONT and not has_none)


@pytest.mark.parametrize(
    ("screen", "labels", "keys"),
    [
        (
            "gemini/0.61.0/waiting-permission",
            ["Allow once", "Allow for this session", "No, suggest changes (esc)"],
            ["", "", ""],
        ),
        (
            "gemini/0.61.0/waiting-trust-dialog",
            ["Trust folder (w-gemini)", "Trust parent folder (project)", "Don't trust"],
            ["", "", ""],
        ),
        (
            "kimi/2.1.0/waiting-permission",
            [
                *("Approve once", "Approve for this session"),
                *("Reject", "Reject with feedback"),
            ],
            ["", "", "", ""],
        ),
        ("cline/3.0.65/waiting-permission", ["Approve", "Deny"], ["y", "n"]),
        (
            "cn/1.5.47/waiting-permission",
            ["Continue", "Continue, and do not ask again", "No"],
            ["Tab", "BTab", "Escape"],
        ),
    ],
)
def test_answers_are_read_as_each_agent_shows_them(
    screen: str, labels: list[str], keys: list[str]
) -> None:
    asked = read(Screen.read(HERE / f"{screen}-120x40.txt")).question
    assert asked is not None
    assert [option.label for option in asked.options] == labels
    assert [option.key for option in asked.options] == keys
    assert asked.asked


def test_no_screen_of_any_agent_is_misread(capsys: pytest.CaptureFixture[str]) -> None:
    total = Counter(screen.agent for screen in CORPUS)
    right = Counter(
        screen.agent for screen in CORPUS if word(read(screen)) == screen.expected
    )
    with capsys.disabled():
        for agent, count in total.items():
            print(f"\n{agent}: {right[agent]} of {count} screens right", end="")
    assert right == total
    assert {"claude", "codex"} <= total.keys()
