"""Whoever needs the human is seen at every size, whatever else there is no room for."""

from __future__ import annotations

import pytest

from screenshots.drawing import play
from screenshots.scenes import SIZES, Shot, View
from screenshots.still_time import stopped_clock
from tests.tui.rooms import picture

ALL = ((40, 10), *SIZES, (100, 24), (100, 40), (160, 30), (180, 60))


@pytest.mark.parametrize("size", ALL, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("team", "! reviewer needs you"),
        ("screen", "! reviewer needs you"),
        ("no-tmux", "! 3 need you: drafter"),
    ],
)
async def test_who_needs_the_human_is_seen(
    scene: str, words: str, size: tuple[int, int]
) -> None:
    shot = Shot(scene, View(*size))
    app = shot.app()
    with stopped_clock():
        async with app.run_test(size=size) as pilot:
            await play(shot, app, pilot)
            assert words in picture(pilot).splitlines()[0]
