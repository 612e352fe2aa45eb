"""The scenes look as they did when they were last approved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App
from textual.pilot import Pilot

from cafleet_tui.app import CafleetApp
from screenshots.drawing import play
from screenshots.scenes import SCENES, scene
from screenshots.still import stopped_clock


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_looks_as_approved(
    name: str, snap_compare: Callable[..., bool]
) -> None:
    app, size = scene(name)

    async def set_the_scene(pilot: Pilot[None]) -> None:
        await play(name, app, pilot)

    with stopped_clock():
        assert snap_compare(app, terminal_size=size, run_before=set_the_scene)


def test_scenes_are_applications_of_their_own() -> None:
    first, _ = scene("team")
    second, _ = scene("team")
    assert isinstance(first, CafleetApp)
    assert isinstance(second, App)
    assert first is not second
