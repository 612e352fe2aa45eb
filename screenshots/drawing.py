"""Draw a shot: play its scene's updates and keys, and export the screen."""

from __future__ import annotations

import re

from textual.pilot import Pilot
from textual.widgets import Input

from cafleet_tui.app import CafleetApp
from cafleet_tui.screenshot import settle
from screenshots.scenes import SCENES, Shot
from screenshots.still_time import stopped_clock

_RANDOM_ID = re.compile(r"terminal-\d+")


async def drawn(shot: Shot, name: str) -> str:
    """The shot as SVG, equal in every run; `name` makes its element ids unique."""
    app = shot.app()
    with stopped_clock():
        async with app.run_test(size=(shot.view.width, shot.view.height)) as pilot:
            await play(shot, app, pilot)
            svg = app.export_screenshot(title="cafleet", simplify=True)
    return _RANDOM_ID.sub(f"terminal-{name}", svg)


async def play(shot: Shot, app: CafleetApp, pilot: Pilot[None]) -> None:
    """Wait until the application has drawn, apply the scene's updates, press its keys."""
    plan = SCENES[shot.scene]
    await settle(app, pilot)
    for message in plan.news:
        app.screen.post_message(message)
    if plan.focus:
        app.screen.query_one(plan.focus).focus()
    await pilot.press(*plan.keys)
    for blinking in app.screen.query(Input):
        blinking.cursor_blink = False
    await app.workers.wait_for_complete()
    await settle(app, pilot)
