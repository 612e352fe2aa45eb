"""The named scenes, and the sizes and themes in which each is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.message import Message

from cafleet_core.config.settings import Settings
from cafleet_core.records import Session
from cafleet_tui.app import CafleetApp
from cafleet_tui.appearance.themes import DARK, LIGHT
from cafleet_tui.data.updates import FeedTrouble
from screenshots import states, team
from screenshots.still import StillSource


class View(NamedTuple):
    """Through what a scene is seen: a terminal of so many cells, and a theme."""

    width: int
    height: int
    theme: str = DARK.name

    def __str__(self) -> str:
        shade = self.theme.removeprefix("cafleet-")
        return f"{self.width}x{self.height}-{shade}"


SIZES = ((60, 20), (80, 24), (120, 36), (200, 50))
EVERYWHERE = tuple(View(*size, theme.name) for theme in (DARK, LIGHT) for size in SIZES)
"""Every size in both themes."""


class Scene(NamedTuple):
    """A source and its `session`.

    Once it is shown, `news` arrive, `focus` gets the focus, and `keys` are pressed.
    """

    source: Callable[[], StillSource] = team.source
    keys: tuple[str, ...] = ()
    views: tuple[View, ...] = EVERYWHERE
    session: Session | None = team.SESSION
    news: tuple[Message, ...] = ()
    read_only: bool = False
    focus: str = ""


_LOCKED = FeedTrouble("the registry is locked by another program; trying again", "feed")

_WITH_A_LIST = tuple(view for view in EVERYWHERE if view.width > 60)
_READING = "#timeline"
_TWO_LINES = (*"@drafter", "space", *"yes", "ctrl+j", *"@nobody")

SCENES = {
    "team": Scene(),
    "mention": Scene(keys=(*"@re",)),
    "screen": Scene(keys=("f3",)),
    "states": Scene(states.source),
    "selected": Scene(states.source, (*"kkk",), focus=_READING),
    "detail": Scene(keys=("k", "enter"), focus=_READING),
    "questions": Scene(team.waiting, ("f2", "q")),
    "member": Scene(keys=("f2", "down", "d")),
    "new-member": Scene(keys=("f2", "n")),
    "picker": Scene(session=None),
    "members": Scene(keys=("f2", "down")),
    "unfolded": Scene(keys=("f2", "end", "enter", "end"), views=_WITH_A_LIST),
    "question-below": Scene(team.waiting, ("f2", "q", "down")),
    "nobody-waits": Scene(team.empty, ("f2", "q")),
    "draft": Scene(keys=_TWO_LINES),
    "reply": Scene(keys=("k", "r"), focus=_READING),
    "refused": Scene(keys=(*"hi", "enter")),
    "search": Scene(keys=("f2", "slash", *"plan")),
    "found": Scene(keys=("f2", "slash", *"plan", "enter")),
    "only-one": Scene(keys=("f2", "down", "f")),
    "free-text": Scene(team.waiting, ("f2", "home", "3", *"SQLite")),
    "prompt": Scene(keys=("f2", "down", "down", "m")),
    "delete": Scene(keys=("f2", "backspace")),
    "help": Scene(keys=("f1",)),
    "help-below": Scene(keys=("f1", "end")),
    "palette": Scene(keys=("ctrl+p",)),
    "empty": Scene(team.empty),
    "new-session": Scene(keys=("n",), session=None),
    "no-session": Scene(StillSource, session=None),
    "no-tmux": Scene(team.without_panes),
    "trouble": Scene(news=(_LOCKED,)),
    "read-only": Scene(read_only=True),
    "too-small": Scene(views=(View(38, 9), View(38, 9, LIGHT.name))),
}


class Shot(NamedTuple):
    """A scene in one of its views."""

    scene: str
    view: View

    def __str__(self) -> str:
        return f"{self.scene}-{self.view}"

    def app(self) -> CafleetApp:
        """The application that plays the scene, not yet running."""
        plan = SCENES[self.scene]
        settings = Settings(
            registry=team.REGISTRY, theme=self.view.theme, read_only=plan.read_only
        )
        return CafleetApp(plan.source().opened, settings, plan.session)


SHOTS = tuple(
    Shot(name, view) for name, scene in SCENES.items() for view in scene.views
)
"""Every scene in every view of its own."""

PICTURES = {
    "team": Shot("mention", View(160, 44)),
    "team-light": Shot("mention", View(160, 44, LIGHT.name)),
    "team-80": Shot("team", View(80, 24)),
    "team-60": Shot("team", View(60, 20)),
    "questions": Shot("questions", View(120, 36)),
    "states": Shot("selected", View(120, 44)),
    "screen": Shot("screen", View(100, 30)),
    "member": Shot("member", View(120, 36)),
    "new-member": Shot("new-member", View(100, 24)),
}
"""The shots that the documents show, by the names of their files."""
