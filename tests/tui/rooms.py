"""Opening the control room in a test, over a real registry or over a still one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from cafleet_core.config.settings import Settings
from cafleet_core.records import Session
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.source import OpenSource
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.terminal import PATIENCE

WIDE = (160, 50)


async def until(pilot: Pilot[None], seen: Callable[[], object]) -> None:
    """Let the application run until there is something to see; fail with the last picture."""
    seconds = 0.02
    try:
        async with asyncio.timeout(PATIENCE):
            while not seen():
                await pilot.pause(seconds)
                seconds = min(0.1, seconds * 1.5)  # to look costs as much as to draw
    except TimeoutError:
        raise AssertionError(f"still not seen:\n{picture(pilot)}") from None


def settings_of(place: Path | str) -> Settings:
    """Settings that name this test's registry."""
    return Settings(registry=str(place))


def source_of(registry_path: Path) -> OpenSource:
    """What opens this test's registry."""
    return lambda: RegistrySource(settings_of(registry_path))


@asynccontextmanager
async def a_room(
    open_source: OpenSource,
    session: Session,
    size: tuple[int, int] = WIDE,
    registry: Path | str = "/nowhere.db",
) -> AsyncIterator[tuple[ControlRoom, Pilot[None]]]:
    """The room of `session`, showing what the source has."""
    app = CafleetApp(open_source, settings_of(registry), session)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        room = app.screen
        assert isinstance(room, ControlRoom)
        yield room, pilot


def picture(pilot: Pilot[None]) -> str:
    """What stands on the screen, without colours."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
