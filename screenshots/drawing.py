"""Playing a scene: its keys, and the picture of where they lead."""

from __future__ import annotations

import re

from textual.pilot import Pilot

from cafleet_tui.app import CafleetApp
from cafleet_tui.picture import settle
from screenshots.scenes import SCENES, scene
from screenshots.still import stopped_clock

_RANDOM_ID = re.compile(r"terminal-\d+")


async def drawn(name: str) -> str:
    """The scene as SVG, the same in every run."""
    app, size = scene(name)
    with stopped_clock():
        async with app.run_test(size=size) as pilot:
            await play(name, app, pilot)
            svg = app.export_screenshot(title="cafleet", simplify=True)
    return _RANDOM_ID.sub(f"terminal-{name}", svg)


async def play(name: str, app: CafleetApp, pilot: Pilot[None]) -> None:
    """Wait until the scene is set, then press its keys."""
    await settle(app, pilot)
    await pilot.press(*SCENES[name].keys)
    await pilot.pause()
