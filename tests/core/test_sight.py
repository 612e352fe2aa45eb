"""One reading from several sources: which of them is believed, and what it overrules."""

from __future__ import annotations

import os

import pytest

from cafleet_core.agents import catalog
from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import fuse
from cafleet_core.panes.reading.box import Cursor
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.readings import PaneReading
from cafleet_core.states import BoxSight, PaneState

RULE = "─" * 40
CUES = catalog.get("claude").cues
FOOT = f"{RULE}\n  manual mode on"
SCREENS = {
    "idle": f"{RULE}\n❯ \n{FOOT}",
    "draft": f"{RULE}\n❯ half a thought\n{FOOT}",
    "busy": f"✻ Baking… (3s)\n{RULE}\n❯ \n{FOOT}",
    "busy with a draft": f"✻ Baking… (3s)\n{RULE}\n❯ half a thought\n{FOOT}",
    "waiting": "Do you want to proceed?\n ❯ 1. Yes\n   2. No",
    "unknown": "",
}


def read(shown: str, *reports: tuple[str, str]) -> PaneReading:
    """The reading of a screen, with states told by these sources, best first."""
    words = [
        SelfReport(source, PaneState(state), state, 1.0) for source, state in reports
    ]
    return fuse.fuse(SCREENS[shown], "", CUES, words)


@pytest.mark.parametrize(
    ("shown", "reported", "state", "source"),
    [
        ("idle", "busy", "busy", "record"),
        ("busy", "idle", "idle", "record"),
        ("unknown", "busy", "busy", "record"),
        ("idle", "waiting", "waiting", "record"),
        ("waiting", "idle", "waiting", "screen"),
        ("waiting", "busy", "waiting", "screen"),
        ("draft", "idle", "draft", "screen"),
        ("draft", "busy", "busy", "record"),
    ],
)
def test_the_agents_own_word_beats_its_screen_save_for_questions_and_drafts(
    shown: str, reported: str, state: str, source: str
) -> None:
    reading = read(shown, ("record", reported))
    assert (reading.state, reading.source) == (state, source)


def test_a_record_beats_a_hook_and_says_what_it_overruled() -> None:
    reading = read("draft", ("record", "busy"), ("hook", "idle"))
    assert (reading.state, reading.source, reading.age) == ("busy", "record", 1.0)
    assert reading.overruled == ("hook: idle (idle)", "screen: draft (half a thought)")


def test_the_screen_alone_tells_its_cue() -> None:
    reading = read("busy")
    assert (reading.source, reading.evidence) == ("screen", "✻ Baking… (3s)")
    assert reading.rule.startswith("busy ")
    assert reading.overruled == ()


@pytest.mark.parametrize(
    ("shown", "draft"),
    [
        ("busy with a draft", "half a thought"),
        ("busy", ""),
        ("draft", "half a thought"),
    ],
)
def test_a_draft_is_seen_whatever_the_agent_does(shown: str, draft: str) -> None:
    assert read(shown).draft == draft
    assert read(shown, ("record", "busy")).draft == draft


def test_what_the_agent_tells_is_said_to_be_told() -> None:
    assert read("idle", ("hook", "busy")).rule == "told by its hook"


def test_the_input_box_is_the_screen_s_whoever_tells_the_state() -> None:
    reading = read("idle", ("record", "busy"))
    assert (reading.box, reading.shows) == (BoxSight.SEEN, ("❯",))


def test_the_youngest_report_says_how_long_ago_the_agent_told_of_itself() -> None:
    rest = SelfReport("record", PaneState.IDLE, "idle", 7.0)
    reports = [rest, rest._replace(source="hook", age=2.0)]
    assert fuse.fuse(SCREENS["idle"], "", CUES, reports).reported == 2.0
    assert read("idle").reported is None


def test_what_the_agent_tells_of_a_refusal_is_kept() -> None:
    until = "2026-11-27T12:00:00.000000+00:00"
    report = SelfReport("log", PaneState.LIMIT, "a limit", 2.0, until=until, refusals=3)
    reading = fuse.fuse(SCREENS["idle"], "", CUES, [report])
    assert (reading.state, reading.until, reading.refusals) == ("limit", until, 3)


def test_an_unread_screen_contradicts_a_report_of_rest_where_rest_could_be_seen() -> (
    None
):
    assert read("unknown", ("record", "idle")).state == "unknown"
    rest = [SelfReport("record", PaneState.IDLE, "idle", 1.0)]
    assert fuse.fuse("words", "", Cues(busy=("^working",)), rest).state == "idle"
    limited = Cues(limit=("^limit reached",))
    assert fuse.fuse("limit reached", "", limited, rest).state == "limit"


def shows(*lines: str, cues: Cues = CUES) -> tuple[str, ...]:
    return fuse.fuse("\n".join(lines), "", cues).shows


def test_rest_is_bound_to_the_lines_of_the_box_or_else_of_its_cue() -> None:
    new = f"process {os.getpid()}"  # no earlier process's reading of it is remembered
    assert shows(RULE, f"❯ {new}", FOOT) == (f"❯ {new}",)
    nine = [f"{new} {number}" for number in range(9)]
    box = [f"❯ {nine[0]}", "", *(f"  {line}" for line in (*nine[1:], nine[1]))]
    assert shows(RULE, *box, FOOT) == (box[0], *box[2:9])
    prompt = Cues(idle=(f"^> {new}$",), busy=(f"^working {new}$",))
    assert shows("a", f"  > {new}", "c", cues=prompt) == ()
    assert shows("a", f"> {new}", f"> {new}", cues=prompt) == (f"> {new}",)
    assert shows(f"working {new}", "c", cues=prompt) == ()


PROMPTS = Cues(idle=("^> ",))


@pytest.mark.parametrize(
    ("words", "evidence"), [("Which?\nNow", "Which?\nNow"), ("", "One")]
)
def test_an_agent_without_a_cue_for_questions_asks_by_their_shape(
    words: str, evidence: str
) -> None:
    reading = fuse.fuse(f"{words}\n❯ 1. One\n  2. Two", "", PROMPTS)
    assert (reading.state, reading.evidence) == ("waiting", evidence)
    assert reading.rule == "numbered answers, one of them marked"


def test_a_question_above_the_last_prompt_was_answered() -> None:
    rows = ("Which?", "❯ 1. One", "  2. Two", "> go", "Allow edits? (y/n) ")
    reading = fuse.fuse("\n".join(rows), "", PROMPTS, (), Cursor(4, True, 19))
    assert (reading.state, reading.evidence) == ("unknown", "Allow edits? (y/n)")
