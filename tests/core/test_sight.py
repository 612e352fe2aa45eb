"""One verdict from several sources: which of them is believed, and what it overrules."""

from __future__ import annotations

import pytest

from cafleet_core.agents import catalog
from cafleet_core.panes.reading import fuse
from cafleet_core.panes.reading.fuse import Judgement, Told
from cafleet_core.states import PaneState
from tests.builders import DAWN, a_placement, at

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


def judged(shown: str, *told: tuple[str, str]) -> Judgement:
    """The judgement on a screen, with states told by these sources, best first."""
    words = [Told(source, PaneState(state), state, 1.0) for source, state in told]
    return fuse.judge(SCREENS[shown], "", CUES, words)


@pytest.mark.parametrize(
    ("shown", "told", "state", "source"),
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
    shown: str, told: str, state: str, source: str
) -> None:
    verdict = judged(shown, ("record", told))
    assert (verdict.state, verdict.source) == (state, source)


def test_a_record_beats_a_hook_and_says_what_it_overruled() -> None:
    verdict = judged("draft", ("record", "busy"), ("hook", "idle"))
    assert (verdict.state, verdict.source, verdict.age) == ("busy", "record", 1.0)
    assert verdict.overruled == ("hook: idle (idle)", "screen: draft (half a thought)")


def test_the_screen_alone_tells_its_cue() -> None:
    verdict = judged("busy")
    assert (verdict.source, verdict.evidence) == ("screen", "✻ Baking… (3s)")
    assert verdict.rule.startswith("busy ")
    assert verdict.overruled == ()


@pytest.mark.parametrize(
    ("shown", "draft"),
    [
        ("busy with a draft", "half a thought"),
        ("busy", ""),
        ("draft", "half a thought"),
    ],
)
def test_a_draft_is_seen_whatever_the_agent_does(shown: str, draft: str) -> None:
    assert judged(shown).draft == draft
    assert judged(shown, ("record", "busy")).draft == draft


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
    assert fuse.still_starting(placement, DAWN) is starting


def test_what_the_agent_tells_is_said_to_be_told() -> None:
    assert judged("idle", ("hook", "busy")).rule == "told by its hook"
