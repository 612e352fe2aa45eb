"""The room's frame is drawn before its parts are imported, and nothing that is typed is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.room_frame import Opening
from tests.team import a_team
from tests.tui.rooms import picture, source_of, until

LATER = (
    "cafleet_core.broker.team",
    "cafleet_tui.controllers",
    "cafleet_tui.data",
    "cafleet_tui.operations",
    "cafleet_tui.render",
    "cafleet_tui.widgets",
)
"""What no first frame needs."""


def test_what_the_first_frame_does_not_need_is_imported_after_it() -> None:
    show = "import sys, cafleet_tui.app; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", show], capture_output=True, text=True, check=True
    )
    modules = done.stdout.split()
    assert "cafleet_tui.screens.room_frame" in modules
    assert [module for module in modules if module.startswith(LATER)] == []


async def test_what_is_typed_while_only_the_frame_is_there_reaches_the_composer(
    registry: Registry, registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_team(registry).session
    app = CafleetApp(source_of(registry_path), Settings(registry="/none.db"), session)
    later: list[Callable[[], object]] = []
    monkeypatch.setattr(app, "call_after_refresh", later.append)
    async with app.run_test(size=(160, 50)) as pilot:
        assert isinstance(app.screen, Opening)
        await pilot.press(*"hello")
        assert isinstance(app.screen, Opening)
        frame = picture(pilot)
        assert "Members" in frame
        assert "Timeline" in frame
        monkeypatch.undo()
        for callback in later:
            app.call_later(callback)
        await until(pilot, lambda: app.settled)
        room = app.screen
        assert isinstance(room, ControlRoom)
        await until(pilot, lambda: room.regions.composer.draft.text == "hello")
