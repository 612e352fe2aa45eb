"""A pane that has changed since it was looked at: the whole turn for the agent, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.scene import Scene
from tests.campaigns.situations import SITUATIONS
from tests.campaigns.tally import Campaign
from tests.push.panes import type_one

WORDS = ("one line", "two\nlines", "; '\"$(x) #{pid}", "日本語 👍🏽", "x" * 5000)


@pytest.mark.timeout(0)
def test_wrong_panes(tmp_path: Path) -> None:
    campaign = Campaign("wrong panes", 20)
    names = list(SITUATIONS)
    campaign.random.shuffle(names)
    for number in range(campaign.rounds):
        _round(campaign, number, names[number % len(names)], tmp_path / str(number))
    campaign.close()


def _round(campaign: Campaign, number: int, name: str, folder: Path) -> None:
    keys = campaign.random.choice(["", "", "1"])
    scene = Scene(folder, campaign.random.choice(WORDS), keys)
    what = f"round {number}, {name}"
    try:
        outcomes = SITUATIONS[name](scene)
        result = type_one(scene.turn)
        scene.settle()
        expected = scene.whole() if result.outcome == "delivered" else ""
        if len(scene.typed()) < len(expected):
            campaign.harm("lost", f"{what}: {result}, {scene.typed()!r}")
        elif scene.typed().count(expected) > 1 and expected:
            campaign.harm("doubled", what)
        elif scene.typed() != expected or scene.strays():
            campaign.harm("mistyped", f"{what}: {scene.typed()!r} {scene.strays()!r}")
        if not outcomes.allow(result):
            campaign.harm("mistold", f"{what}: {result}")
        campaign.counts["typed" if expected else "not typed"] += 1
    finally:
        scene.close()
