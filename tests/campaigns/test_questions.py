"""Questions that come up at random moments during a send: none is answered by it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from cafleet_core.panes.reading.box import unstyled
from cafleet_core.push import ere
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from tests.campaigns import asker
from tests.campaigns.asker_log import entries
from tests.campaigns.tally import Campaign
from tests.push.panes import a_turn, stamp, strokes, type_one
from tests.terminal import Terminal, eventually

QUESTIONS = 20

CROSSING = 0.05
"""Seconds after which a question has been read by tmux, and keys by their program, for sure.

What a program draws while tmux is about to type crosses the keys on their way; no sender
can see that. It is counted, but no harm.
"""

WAITING = tuple(
    expression
    for cue in (r"^[\s│]*❯\s+\d+\.\s", r"Do you want to proceed\?")
    if (expression := ere.of_cue(cue))
)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("look", ["plain", "parked", "alternate"])
def test_questions(terminal: Terminal, tmp_path: Path, look: str) -> None:
    campaign = Campaign(f"questions, {look}", QUESTIONS)
    log = tmp_path / "log"
    argv = [sys.executable, "-m", "tests.campaigns.asker"]
    pane = terminal.pane([*argv, str(log), str(campaign.seed), look])
    stamp(terminal, pane)
    eventually(lambda: "❯" in terminal.screen(pane))
    empty = a_turn(terminal, pane, "")
    sent: list[Turn] = []
    while (asked := _asked(log)) < campaign.rounds:
        turn = empty._replace(text=f"message {len(sent)}")
        if _type_at_rest(campaign, terminal, turn):
            sent.append(turn)
    expected = "".join(map(strokes, sent))
    eventually(lambda: len(_given(log)) >= len(expected) or _asked(log) > asked + 5)
    _judge(campaign, log, sent)
    campaign.close()


def _type_at_rest(campaign: Campaign, terminal: Terminal, turn: Turn) -> bool:
    """Look until the box is there, and type, some time later, what is bound to that look."""
    lines = unstyled(terminal.screen(turn.pane_id))
    if "❯" not in lines:
        return False
    time.sleep(campaign.random.choice((0, 0.01, 0.2)) * campaign.random.random())
    result = type_one(turn._replace(shows=("❯",), hides=WAITING))
    campaign.counts["moved" if result == MOVED else str(result.outcome)] += 1
    return result != MOVED


def _asked(log: Path) -> int:
    return sum(
        entry.state == asker.QUESTION and entry.given is None for entry in entries(log)
    )


def _given(log: Path) -> str:
    return "".join(entry.given or "" for entry in entries(log))


def _judge(campaign: Campaign, log: Path, sent: list[Turn]) -> None:
    given = _given(log)
    for turn in sent:
        count = given.count(strokes(turn))
        if count != 1:
            campaign.harm("doubled" if count else "lost", turn.text)
    if given != "".join(map(strokes, sent)):
        campaign.harm("mistyped", f"{given!r}")
    for entry in entries(log):
        if entry.state == asker.QUESTION and entry.given:
            if entry.age > CROSSING:
                campaign.harm("answered", f"{entry}")
            else:
                campaign.counts["crossed"] += 1
    campaign.counts["questions"] += _asked(log)
