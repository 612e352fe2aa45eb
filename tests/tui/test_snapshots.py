"""The scenes look as approved, at each size and in both themes, and every word can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from screenshots.drawing import play
from screenshots.make import FOLDER
from screenshots.scenes import PICTURES, SCENES, SHOTS, Shot
from screenshots.still import stopped_clock
from tests.tui.contrast import faint

ROOT = FOLDER.parent


@pytest.mark.parametrize("shot", SHOTS, ids=str)
def test_a_scene_looks_as_approved_and_can_be_read(
    shot: Shot, snap_compare: Callable[..., bool]
) -> None:
    app = shot.app()
    unreadable: set[str] = set()

    async def set_the_scene(pilot: Pilot[None]) -> None:
        await play(shot, app, pilot)
        unreadable.update(faint(app))

    with stopped_clock():
        assert snap_compare(app, terminal_size=shot.view[:2], run_before=set_the_scene)
    assert not unreadable


def test_every_picture_is_of_a_scene() -> None:
    assert {shot.scene for shot in PICTURES.values()} <= set(SCENES)


def test_every_picture_is_shown_somewhere() -> None:
    shown = "".join(path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md"))
    assert not [name for name in PICTURES if f"screenshots/{name}.svg" not in shown]
    assert not [name for name in PICTURES if not (FOLDER / f"{name}.svg").exists()]
