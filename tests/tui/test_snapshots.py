"""The scenes look as they did when they were last approved, at each size and in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from screenshots.drawing import play
from screenshots.scenes import PICTURES, SCENES, SHOTS, Shot
from screenshots.still import stopped_clock


@pytest.mark.parametrize("shot", SHOTS, ids=str)
def test_a_scene_looks_as_approved(
    shot: Shot, snap_compare: Callable[..., bool]
) -> None:
    app = shot.app()

    async def set_the_scene(pilot: Pilot[None]) -> None:
        await play(shot, app, pilot)

    with stopped_clock():
        assert snap_compare(app, terminal_size=shot.view[:2], run_before=set_the_scene)


def test_every_picture_is_of_a_scene() -> None:
    assert {shot.scene for shot in PICTURES.values()} <= set(SCENES)
