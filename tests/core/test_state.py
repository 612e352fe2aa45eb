"""What a pane is doing, from tmux's facts alone: those count before anything on the screen."""

from __future__ import annotations

import os
from typing import Any

import pytest

from cafleet_core import clock
from cafleet_core.agents import catalog
from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import self_reports
from cafleet_core.panes.reading.classify import classify
from cafleet_core.panes.tmux.snapshot import PaneSnapshot
from cafleet_core.readings import PaneReading
from cafleet_core.records import Placement
from cafleet_core.states import BoxSight, PaneState, PushReason
from tests.builders import DAWN, a_placement, a_snapshot, an_id, at

AGENT = an_id("drafter")
ASKING = "  Apply the patch?\n❯ 1. Yes\n  2. No\n Esc to cancel\n"
AT_REST = "────\n❯ \n────\n  manual mode on"
MADE = PaneReading(PaneState.STARTING, "registry", "its pane is being made")

AS_PLACED = a_snapshot(ASKING)
"""The pane of a Claude Code, as `a_placement` says where it is."""


def read(
    placement: Placement, snapshot: PaneSnapshot | None, screen: str | None = None
) -> PaneReading:
    """The reading of a pane now, of one that shows this screen where it is given."""
    if snapshot is None:
        return classify(AGENT, placement, None, (), clock.now())
    shown = snapshot if screen is None else snapshot._replace(screen=screen)
    reports = self_reports.read((), shown.pid, shown.stamped)
    return classify(AGENT, placement, shown, reports, clock.now())


@pytest.mark.parametrize(
    ("facts", "view"),
    [
        (None, PaneReading(PaneState.DEAD, "tmux", "pane gone")),
        (
            AS_PLACED._replace(server_pid=1),
            PaneReading(PaneState.DEAD, "tmux", "pane gone"),
        ),
        (
            AS_PLACED._replace(agent_ids=(an_id("other"),)),
            PaneReading(PaneState.DEAD, "tmux", "the pane is another agent's now"),
        ),
        (
            AS_PLACED._replace(agent_ids=()),
            PaneReading(
                *(PaneState.UNKNOWN, "tmux", "its pane has lost its mark"),
                refusal=PushReason.NOT_THE_AGENT,
            ),
        ),
        (
            AS_PLACED._replace(dead=True),
            PaneReading(PaneState.DEAD, "tmux", "its program has ended", ASKING),
        ),
        (
            AS_PLACED._replace(command="-zsh"),
            PaneReading(PaneState.SHELL, "tmux", "-zsh is in front", ASKING),
        ),
    ],
)
def test_facts_count_before_the_screen(
    facts: PaneSnapshot | None, view: PaneReading
) -> None:
    reading = read(a_placement(), facts, ASKING)
    assert (reading[:4], reading.refusal) == (view[:4], view.refusal)


@pytest.mark.parametrize(
    ("placed_at", "runs", "state"),
    [
        (77, 77, "unknown"),
        (1, 1, "unknown"),
        (78, 77, "dead"),
        (0, 77, "dead"),
        (0, 0, "dead"),
    ],
)
def test_a_pane_with_another_s_mark_is_lost_only_with_its_first_process(
    placed_at: int, runs: int, state: str
) -> None:
    marked = AS_PLACED._replace(agent_ids=(an_id("other"),), pid=runs)
    assert read(a_placement(pane_pid=placed_at), marked).state == state
    own = AS_PLACED._replace(pid=runs)
    assert read(a_placement(pane_pid=placed_at), own).state == "waiting"


def test_a_shell_is_in_front_of_a_program_unless_that_is_stopped() -> None:
    shell = AS_PLACED._replace(command="bash", screen="$")
    for state, seen in (("suspended", "suspended"), ("busy", "shell")):
        report = self_reports.SelfReport("record", PaneState(state), "told", 0.0)
        assert classify(AGENT, a_placement(), shell, [report], DAWN).state == seen


@pytest.mark.parametrize(
    ("stored", "since", "lasted"),
    [
        ("waiting", at(seconds=-5), 5.0),
        ("idle", at(seconds=-5), None),
        ("waiting", None, None),
    ],
)
def test_a_state_that_is_stored_has_lasted_since_then(
    stored: str, since: str | None, lasted: float | None
) -> None:
    placement = a_placement(pane_state=stored, pane_state_since=since)
    reading = classify(AGENT, placement, AS_PLACED, (), DAWN)
    assert (reading.state, reading.lasted) == ("waiting", lasted)


def test_what_another_s_pane_shows_says_nothing_of_this_agent() -> None:
    shown = AS_PLACED._replace(position="3 4 5", title="its title", typed=("f00d",))
    own = read(a_placement(), shown)
    assert (own.screen, own.position) == (ASKING, "3 4 5")
    assert (own.title, own.typed) == ("its title", ("f00d",))
    another = read(a_placement(), shown._replace(agent_ids=(an_id("other"),)))
    assert (another.screen, another.position) == (None, "3 4 5")
    assert (another.title, another.typed) == ("", ())


def test_of_an_unknown_agent_nothing_follows_from_a_box_that_is_not_in_front() -> None:
    reading = read(a_placement("unknown"), AS_PLACED, f"process {os.getpid()}")
    assert (reading.box, reading.rest_cued) == (BoxSight.UNCUED, False)
    known = read(a_placement(), AS_PLACED, f"process {os.getpid()}")
    assert (known.box, known.rest_cued) == (BoxSight.COVERED, True)


def test_then_the_screen_tells_what_is_asked() -> None:
    view = read(a_placement(), AS_PLACED, ASKING)
    assert (view.state, view.source, view.evidence) == ("waiting", "screen", "❯ 1. Yes")
    assert (view.screen, view.age, view.overruled) == (ASKING, None, ())
    assert view.rule.startswith("waiting ")
    assert view.question is not None
    assert [option.label for option in view.question.options] == ["Yes", "No"]


def test_a_hook_s_stamp_tells_before_the_screen_and_says_how_old_it_is() -> None:
    stamp = f"busy {int(clock.now().timestamp()) - 5}"
    stamped = AS_PLACED._replace(stamped=stamp)
    view = read(a_placement(), stamped, AT_REST)
    assert (view.state, view.source, view.evidence) == ("busy", "hook", stamp)
    assert view.rule == "told by its hook"
    assert view.age is not None
    assert 5 <= view.age < 60
    assert [report.partition(" (")[0] for report in view.overruled] == ["screen: idle"]
    assert view.question is None


def test_a_question_that_only_a_hook_tells_of_cannot_be_answered_from_elsewhere() -> (
    None
):
    asked = AS_PLACED._replace(stamped=f"waiting {int(clock.now().timestamp())}")
    view = read(a_placement(), asked, "")
    assert (view.state, view.question) == ("waiting", None)


def test_a_title_tells_too() -> None:
    cues = catalog.cues("claude")._replace(title_busy=("^working",)).dump()
    working = AS_PLACED._replace(title="working on it")
    view = read(a_placement(cues=cues), working, "")
    assert (view.state, view.evidence) == ("busy", "working on it")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "unknown"),
        ({"caret": False}, "idle"),
        ({"cursor_row": 1}, "idle"),
        ({"position": "0 19 19"}, "idle"),
    ],
)
def test_where_the_cursor_stands_counts(changes: dict[str, Any], state: str) -> None:
    prompts = a_placement(cues=Cues(idle=("^> ",)).dump())
    screen = f"{os.getpid()}\n> \n\nAllow edits? (y/n) "
    asks = a_snapshot(screen, cursor_row=3, position="19 0 0")
    assert read(prompts, asks._replace(**changes)).state == state


def test_at_rest_it_is_told_which_cues_of_a_question_do_not_show() -> None:
    cues = Cues(waiting=("^allow", "proceed[?]$"), composer=("^❯",))
    placement, new = a_placement(cues=cues.dump()), f"process {os.getpid()}"
    assert read(placement, a_snapshot(f"{new}\n❯ ")).hides == cues.waiting
    quoted = read(placement, a_snapshot(f"{new}\nproceed?\n❯ "))
    assert (quoted.state, quoted.hides) == ("idle", ("^allow",))
    asked = read(placement, a_snapshot(f"{new}\n1. Yes\nproceed?"))
    assert (asked.state, asked.hides) == ("waiting", ())


def test_a_pane_that_is_being_made_has_no_facts_to_go_by() -> None:
    pending = a_placement(tmux_pane_id=None)
    assert read(pending, None) == MADE


def just_started() -> Placement:
    return a_placement(pane_state="starting", pane_state_since=clock.stamp())


def test_the_pane_of_one_just_started_is_its_own_before_it_is_stamped() -> None:
    placement, unsigned = just_started(), AS_PLACED._replace(agent_ids=())
    view = read(placement, unsigned, ASKING)
    assert view[:4] == MADE._replace(screen=ASKING)[:4]
    for facts in (
        unsigned._replace(dead=True),
        AS_PLACED._replace(agent_ids=(an_id("other"),)),
    ):
        assert read(placement, facts, ASKING).state == "dead"


def test_one_just_started_is_starting_until_it_shows_something() -> None:
    view = read(just_started(), AS_PLACED, "Loading")
    assert view[:4] == (
        *(PaneState.STARTING, "registry", "it has shown nothing yet", "Loading"),
    )
    assert read(just_started(), AS_PLACED, AT_REST).state == "idle"
    view = read(a_placement(), AS_PLACED, "Loading")
    assert (view.state, view.screen) == ("unknown", "Loading")


def test_of_an_agent_without_cues_nothing_can_be_answered() -> None:
    """A numbered list may be anything there."""
    placement = a_placement(cues="")
    view = read(placement, AS_PLACED, ASKING)
    assert (view.state, view.evidence) == ("unknown", "no cue on the screen")
    assert view.question is None


@pytest.mark.parametrize(
    ("state", "since", "starting"),
    [
        ("starting", at(), True),
        ("starting", at(seconds=0.1), True),
        ("starting", at(seconds=-59.9), True),
        ("starting", at(seconds=-60), False),
        ("starting", None, False),
        ("idle", at(), False),
        (None, None, False),
    ],
)
def test_a_program_is_taken_to_be_starting_for_a_minute(
    state: str | None, since: str | None, starting: bool
) -> None:
    placement = a_placement(pane_state=state, pane_state_since=since)
    snapshot = AS_PLACED._replace(screen="Loading")
    reading = classify(AGENT, placement, snapshot, (), DAWN)
    assert (reading.state == "starting") is starting
