"""Ten errands of every day: each is done by the keys that the document promises, six at most."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_tui.app import CafleetApp
from screenshots import team
from screenshots.still import StillSource
from screenshots.still_time import stopped_clock
from tests.tui.rooms import picture, settings_of, until

DOCUMENT = Path(__file__).parents[2] / "docs" / "design.md"
_ROW = re.compile(r"^\| ([^|`]+) \| ((?:`[^`]+`|“[^”]+”| )+) \|$", re.MULTILINE)
_PART = re.compile(r"`([^`]+)`|“([^”]+)”")


def errands() -> dict[str, list[tuple[str, str]]]:
    """The keys of each errand, as (key, "") or ("", words), in their order."""
    section = DOCUMENT.read_text("utf-8").partition("## Ten errands")[2]
    return {row[1]: _PART.findall(row[2]) for row in _ROW.finditer(section)}


class Done(NamedTuple):
    """What is on the screen once an errand is done; the team of pictures does nothing itself."""

    words: str
    team: Callable[[], StillSource] = team.source


DONE = {
    "answer the third question": Done(
        "answer reviewer: this is a picture", team.waiting
    ),
    "find what drafter said of the plan since Monday": Done("The plan is final."),
    "start the one that has ended again": Done("restart linter: this is a picture"),
    "tell three of them": Done("→ drafter, reviewer, tester"),
    "see why a message is held": Done("held: question on screen"),
    "read what tester has changed": Done("Changes of tester"),
    "say that all that is for me is dealt with": Done("acked", team.with_mail),
    "know again what happened while I was away": Done("Since you were away", team.away),
    "write to who has asked me by message": Done("replying to", team.with_mail),
    "have the keys that work, and their commands": Done("Keys"),
}


def test_there_are_ten_and_none_takes_more_than_six_keys() -> None:
    assert set(errands()) == set(DONE)
    assert len(DONE) == 10
    counts = {
        errand: sum(bool(key) for key, _ in parts)
        for errand, parts in errands().items()
    }
    assert {errand: count for errand, count in counts.items() if count > 6} == {}


@pytest.mark.parametrize("errand", DONE)
async def test_an_errand_is_done_by_its_keys(errand: str) -> None:
    with stopped_clock():
        app = CafleetApp(DONE[errand].team, settings_of("/nowhere.db"), team.SESSION)
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: "drafter" in picture(pilot))
            for key, words in errands()[errand]:
                await pilot.press(*(words if words else [key]))
                await pilot.pause()
            await until(pilot, lambda: DONE[errand].words in picture(pilot))
