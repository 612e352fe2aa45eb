"""One frame of an application as an SVG picture, drawn without a terminal."""

from __future__ import annotations

import asyncio

from textual.pilot import Pilot

# nobody sees the frame that is drawn before these are imported
import cafleet_tui.screens.control_room
import cafleet_tui.screens.session_picker  # noqa: F401
from cafleet_tui.app import CafleetApp

PATIENCE = 5.0
"""Seconds within which the threads must have read the first facts."""

_LONGEST = 60.0
"""Seconds for a caller that prefers waiting to failing."""


async def draw(app: CafleetApp, size: tuple[int, int]) -> str:
    """The first frame that shows what the threads have read."""
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot, PATIENCE)
        return app.export_screenshot(simplify=True)


async def settle(
    app: CafleetApp, pilot: Pilot[None], seconds: float = _LONGEST
) -> None:
    """Wait until the screen shows what the threads have read.

    Raises TimeoutError if they do not answer.
    """
    async with asyncio.timeout(seconds):
        while not app.settled:
            await pilot.pause(0.02)
    await pilot.pause()
