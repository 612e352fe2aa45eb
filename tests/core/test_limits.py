"""What follows from turns that were refused: the reading of a pane, and how long it is held."""

from __future__ import annotations

import pytest

from cafleet_core import clock
from cafleet_core.agents import catalog
from cafleet_core.agents.cues import Cues
from cafleet_core.broker.delivery import policy
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.reading import fuse
from cafleet_core.panes.reading.box import Cursor
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.readings import PaneReading
from cafleet_core.states import PaneState
from tests.builders import DAWN, at

RULES = PushRules()
RULE = "─" * 40
FOOT = f"{RULE}\n❯ \n{RULE}\n  manual mode on"
AT_LIMIT = f"❯ go on\n  ⎿  You've hit your 5-hour limit · resets 9:50pm (UTC)\n{FOOT}"
AT_REST = f"❯ go on\n● Done.\n{FOOT}"
IDLE = SelfReport("record", PaneState.IDLE, "idle", 5.0)
BUSY = IDLE._replace(state=PaneState.BUSY, evidence="busy")
LIMIT = SelfReport("transcript", PaneState.LIMIT, "rate_limit", 5.0, at(60), 1)
OVER = SelfReport("transcript", PaneState.IDLE, "its limit ended", 9e3, None, 1)


@pytest.fixture(autouse=True)
def dawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "here", lambda: DAWN)


def read(screen: str, *reports: SelfReport) -> PaneReading:
    return fuse.fuse(screen, "", catalog.get("claude").cues, reports)


@pytest.mark.parametrize("screen", [AT_LIMIT, AT_REST], ids=["limit", "rest"])
@pytest.mark.parametrize("reports", [[IDLE, LIMIT], [LIMIT]], ids=["record", "none"])
def test_an_agent_at_its_limit_is_held_until_it_ends_however_long_that_is(
    screen: str, reports: list[SelfReport]
) -> None:
    reading = read(screen, *reports)._replace(lasted=99999.0)
    assert (reading.state, reading.until) == ("limit", at(60))
    assert policy.hold(reading, 99999, RULES) == "limit"


def test_one_that_works_is_at_no_limit() -> None:
    reading = read(AT_LIMIT, BUSY, LIMIT)
    assert reading.state == "busy"
    assert reading.overruled[-1] == "transcript: limit (rate_limit)"


def test_words_on_the_screen_of_a_limit_that_is_over_hold_nothing() -> None:
    reading = read(AT_LIMIT, IDLE, OVER)
    assert reading.state == "idle"
    assert policy.hold(reading, 0, RULES) is None
    assert any(words.startswith("screen: limit") for words in reading.overruled)
    assert read(AT_LIMIT, IDLE).state == "limit"


@pytest.mark.parametrize(
    ("state", "refusals", "seconds"),
    [
        ("limit", 1, 300),
        ("limit", 2, 600),
        ("limit", 9, 3600),
        ("failed", 1, 60),
        ("failed", 3, 240),
        ("failed", 5000, 3600),
    ],
)
def test_without_an_end_that_is_told_it_is_tried_again_more_and_more_seldom(
    state: str, refusals: int, seconds: float
) -> None:
    reading = read(AT_REST, LIMIT._replace(state=PaneState(state), until=None))
    reading = reading._replace(refusals=refusals)
    early, late = (reading._replace(age=seconds - 1), reading._replace(age=seconds))
    assert policy.hold(early, 99999, RULES) == state
    assert policy.hold(late, 0, RULES) is None


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("retrying in 59m 57s attempt #1]", 3597),
        ("retrying in 2h 3m attempt #1]", 7380),
        ("retrying in 3h", 3 * 3600),
        ("retrying in 4s attempt #2]", None),
        ("", None),
    ],
)
def test_a_screen_may_tell_for_how_long_a_limit_lasts(
    line: str, seconds: int | None
) -> None:
    words = f"   ■⬝⬝ This would exceed your account's rate limit. [{line}"
    screen = f"  ┃\n  ┃  Ask\n  ┃\n  ╹▀▀▀▀\n{words}\n"
    reading = fuse.fuse(screen, "", catalog.get("opencode").cues)
    assert reading.state == "limit"
    assert reading.until == (seconds and at(seconds=seconds))


def test_below_words_of_a_limit_that_is_over_the_rest_of_the_screen_is_read() -> None:
    cues = Cues(idle=("^> ",), limit=("^limit",), failed=("^failed",))
    asks = Cursor(2, True, 7)
    for words in ("limit reached", "failed"):
        screen = f"{words}\n> \nAllow? "
        assert fuse.fuse(screen, "", cues, [OVER]).state == "idle"
        reading = fuse.fuse(screen, "", cues, [OVER], asks)
        assert (reading.state, reading.evidence) == ("unknown", "Allow?")
