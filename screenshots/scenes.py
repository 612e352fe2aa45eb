"""The named scenes, with the sizes and themes of their pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.message import Message

from cafleet_core import clock
from cafleet_core.config.settings import Settings
from cafleet_core.records import Session
from cafleet_tui.app import CafleetApp
from cafleet_tui.appearance.themes import DARK, LIGHT
from cafleet_tui.data.updates import FeedTrouble
from cafleet_tui.model.playback import Playback
from cafleet_tui.replay_app import ReplayApp
from cafleet_tui.tour_app import TourApp
from screenshots import enclosed, sessions, states, team
from screenshots.still import StillSource
from screenshots.still_time import NOW


class View(NamedTuple):
    """A terminal's size in cells, and a theme."""

    width: int
    height: int
    theme: str = DARK.name

    def __str__(self) -> str:
        shade = self.theme.removeprefix("cafleet-")
        return f"{self.width}x{self.height}-{shade}"


SIZES = ((60, 20), (80, 24), (120, 36), (200, 50))

_SHORT, _STRIP, _HIGH, _VAST = (View(*size) for size in SIZES)
_BESIDE = View(100, 30)
_STRIP_LIGHT, _HIGH_LIGHT, _VAST_LIGHT = (View(*size, LIGHT.name) for size in SIZES[1:])

EVERY_LAYOUT = (_SHORT, _STRIP, _BESIDE, _HIGH, _HIGH_LIGHT, _VAST)
"""The control room in each of its layouts; `PICTURES["team"]` is the one of 160 columns."""

SMALL = (_SHORT, _STRIP_LIGHT)
"""For scenes that look at 120x36 as at 80x24, with more room."""

SMALL_AND_LARGE = (_SHORT, _HIGH_LIGHT)
"""For scenes that get more parts or a maximum width at 120x36."""


class Scene(NamedTuple):
    """A source and its `session`.

    Once the session is shown, `news` arrive, `focus` gets the focus, `keys` are pressed.
    """

    source: Callable[[], StillSource] = team.source
    keys: tuple[str, ...] = ()
    views: tuple[View, ...] = SMALL
    session: Session | None = team.SESSION
    news: tuple[Message, ...] = ()
    read_only: bool = False
    replayed: bool = False
    tour: bool = False
    focus: str = ""


_LOCKED = FeedTrouble("the registry is locked by another program; trying again", "feed")

_READING = "#timeline"
_TWO_LINES = (*"@drafter", "space", *"yes", "ctrl+j", *"@nobody")

# The themes differ in colours alone, never in layout. Each scene is seen in both of them, at
# different sizes, so that its words are read and its colours compared in both.
SCENES = {
    # The regions of the room: where each stands is in "team" in every layout,
    # so the others show a layout only where their own region is drawn differently in it.
    "team": Scene(views=EVERY_LAYOUT),
    # A list over the timeline, a strip, rows of two widths: at 100 columns they are as at 120.
    "members": Scene(keys=("f2", "down"), views=(_SHORT, _STRIP, _HIGH, _VAST_LIGHT)),
    # At 60 columns the members have six lines, and scroll as in the strip.
    "unfolded": Scene(keys=("f2", "end", "enter", "end"), views=(_STRIP, _HIGH_LIGHT)),
    # A timeline indents less below 60 columns of its own: all larger ones are alike.
    "states": Scene(states.source, views=(_SHORT, _VAST_LIGHT)),
    "selected": Scene(
        states.source, (*"kkk",), views=(_SHORT, _STRIP_LIGHT, _HIGH), focus=_READING
    ),
    # Also how the messages of one member alone look.
    "found": Scene(keys=("f2", "slash", *"plan", "enter")),
    # Over the whole room; at 120x36 it is taken out of a grid.
    "screen": Scene(keys=("f3",), views=(_SHORT, _STRIP_LIGHT, _HIGH)),
    # One column, two, and as many screens as there are; "screen" shows how one is drawn.
    "grid": Scene(team.waiting, ("f12", "right"), views=(_SHORT, _HIGH_LIGHT)),
    # What can be done to a member is beside the timeline from 120x36 up.
    "free-text": Scene(
        team.waiting,
        ("f2", "home", "3", *"SQLite"),
        views=(_SHORT, _STRIP_LIGHT, _HIGH),
    ),
    "read-only": Scene(read_only=True, views=SMALL_AND_LARGE),
    # Its moment stands in the composer's frame, its keys below.
    "replay": Scene(team.replayed, replayed=True, views=(_STRIP, _HIGH_LIGHT)),
    "no-tmux": Scene(team.without_panes, views=SMALL_AND_LARGE),
    "empty": Scene(team.empty, views=SMALL_AND_LARGE),
    # The lines above and below the room take all its width: "team" has each width at rest.
    "mention": Scene(keys=(*"@re",)),
    # A text of several lines grows the composer, which the panel stands above.
    "tour": Scene(keys=_TWO_LINES, tour=True, views=(_STRIP, _HIGH_LIGHT)),
    "reply": Scene(keys=("k", "r"), focus=_READING),
    "refused": Scene(keys=(*"hi", "enter")),
    "trouble": Scene(news=(_LOCKED,)),
    # The only layout without regions; its words are in the middle of any size.
    "too-small": Scene(views=(View(38, 9), View(38, 9, LIGHT.name))),
    # A dialog is as wide as the terminal up to 100 columns: "member" shows that for all.
    "member": Scene(keys=("f2", "down", "d"), views=SMALL_AND_LARGE),
    "detail": Scene(keys=("k", "enter"), focus=_READING),
    # A line of the timeline for what comes with a message.
    "enclosed": Scene(enclosed.source, ("k",), views=SMALL_AND_LARGE, focus=_READING),
    # Lines wrap at 60 columns; at 120 the dialog is as wide as it gets but for 20 cells.
    "diff": Scene(
        keys=("f2", "down", "D", "right_square_bracket", *"jjjc", *"Why?", "enter"),
        views=SMALL_AND_LARGE,
    ),
    "new-member": Scene(keys=("f2", "n")),
    "questions": Scene(team.waiting, ("f2", "q"), views=SMALL_AND_LARGE),
    # Those of other sessions follow, with the session's name; the header counts them.
    # Also the second question, marked; an empty queue is one line.
    "questions-elsewhere": Scene(
        sessions.source, ("f2", "q", "down"), views=SMALL_AND_LARGE
    ),
    # Messages unacked, marked and settled, each with its sign, and the text of the current one.
    # Names have fewer cells at 60 columns.
    "inbox": Scene(team.with_mail, ("f6", "space")),
    # What was missed takes half of the timeline's place at most: three lines at 60x20.
    "away": Scene(team.away, ("f2", "w"), views=SMALL_AND_LARGE),
    # A line with words ends at 72 columns, before 80; "free-text" shows one.
    "command": Scene(keys=("f2", "colon", *"member list")),
    "delete": Scene(keys=("f2", "backspace")),
    # Commands are told of where their line has room for them. What follows further down is
    # drawn alike.
    "help": Scene(keys=("f1",), views=SMALL_AND_LARGE),
    # Textual's own dialog, with an end of its own.
    "palette": Scene(keys=("ctrl+p",), views=SMALL_AND_LARGE),
    # Agents are counted from 80 columns up, and where each works stands at 120.
    "picker": Scene(sessions.source, session=None, views=(_SHORT, _STRIP, _HIGH_LIGHT)),
    "picker-filter": Scene(
        sessions.source, ("f", *"docs"), session=None, views=SMALL_AND_LARGE
    ),
    "new-session": Scene(keys=("n",), session=None),
}


class Shot(NamedTuple):
    """A scene in one of its views."""

    scene: str
    view: View

    def __str__(self) -> str:
        return f"{self.scene}-{self.view}"

    def app(self) -> CafleetApp:
        """A new application for the scene, not running yet."""
        plan = SCENES[self.scene]
        settings = Settings(
            registry=team.REGISTRY,
            theme=self.view.theme,
            read_only=plan.read_only or plan.replayed,
        )
        source = plan.source().opened
        if plan.replayed and plan.session:
            moment = Playback(clock.parse(plan.session.created_at), NOW, paused=True)
            return ReplayApp(source, settings, plan.session, moment)
        kind = TourApp if plan.tour else CafleetApp
        return kind(source, settings, plan.session)


SHOTS = tuple(
    Shot(name, view) for name, scene in SCENES.items() for view in scene.views
)
"""Every scene in each of its views."""

PICTURES = {
    "team": Shot("mention", View(160, 44)),
    "team-light": Shot("mention", View(160, 44, LIGHT.name)),
    "team-80": Shot("team", View(80, 24)),
    "team-60": Shot("team", View(60, 20)),
    "questions": Shot("questions", View(120, 36)),
    "states": Shot("selected", View(120, 44)),
    "screen": Shot("screen", View(100, 30)),
    "grid": Shot("grid", View(120, 36)),
    "member": Shot("member", View(120, 36)),
    "new-member": Shot("new-member", View(100, 24)),
}
"""The shots that the documents show, by the names of their files."""
