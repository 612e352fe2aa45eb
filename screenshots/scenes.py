"""The named scenes: one source for the README's pictures and for the snapshot tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cafleet_core.config import Settings
from cafleet_core.records import Session
from cafleet_tui.app import CafleetApp
from cafleet_tui.themes import LIGHT
from screenshots import team
from screenshots.still import StillSource

Size = tuple[int, int]


class Scene(NamedTuple):
    """A source at a size; `keys` are pressed once it is shown."""

    source: Callable[[], StillSource]
    size: Size
    session: Session | None = None
    keys: tuple[str, ...] = ()
    light: bool = False


_DRAFT = (*"@drafter", "space", *"@reviewer", "space", *"please")
_MENTION = (*"@re",)

SCENES = {
    "team": Scene(team.source, (160, 50), team.SESSION, _DRAFT),
    "team-light": Scene(team.source, (160, 50), team.SESSION, _DRAFT, light=True),
    "team-120": Scene(team.source, (120, 36), team.SESSION, _MENTION),
    "team-80": Scene(team.source, (80, 24), team.SESSION),
    "team-60": Scene(team.source, (60, 20), team.SESSION),
    "screen": Scene(team.source, (100, 30), team.SESSION, ("f3",)),
    "screen-80": Scene(team.source, (80, 24), team.SESSION, ("f3",)),
    "questions": Scene(team.waiting, (120, 36), team.SESSION, ("f2", "q")),
    "questions-60": Scene(team.waiting, (60, 20), team.SESSION, ("f2", "q", "down")),
    "questions-light": Scene(
        team.waiting, (120, 36), team.SESSION, ("f2", "q", "down"), light=True
    ),
    "nobody-waits": Scene(team.empty, (80, 24), team.SESSION, ("f2", "q")),
    "free-text": Scene(
        team.waiting, (160, 50), team.SESSION, (*("f2", "home", "3"), *"SQLite")
    ),
    "delete": Scene(team.source, (120, 36), team.SESSION, ("f2", "backspace")),
    "prompt-light": Scene(
        team.source, (120, 36), team.SESSION, ("f2", "down", "down", "m"), light=True
    ),
    "detail": Scene(team.source, (120, 36), team.SESSION, ("shift+tab", "k", "enter")),
    "help": Scene(team.source, (100, 50), team.SESSION, ("f1",)),
    "empty": Scene(team.empty, (120, 36), team.SESSION),
    "picker": Scene(team.source, (100, 20)),
    "no-session": Scene(StillSource, (100, 20)),
    "too-small": Scene(team.source, (38, 9), team.SESSION),
}


def scene(name: str) -> tuple[CafleetApp, Size]:
    """The application that plays the scene, not yet running, and its size."""
    plan = SCENES[name]
    settings = Settings(registry=team.REGISTRY)
    app = CafleetApp(plan.source().opened, settings, plan.session)
    if plan.light:
        app.theme = LIGHT.name
    return app, plan.size
