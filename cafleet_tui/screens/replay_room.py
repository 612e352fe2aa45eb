"""The control room over the past: the same regions, and keys that move the moment."""

from __future__ import annotations

from collections.abc import Iterator

from textual.dom import DOMNode

from cafleet_core.config.settings import Settings
from cafleet_core.records import Session
from cafleet_tui.controllers.replay import ReplayController
from cafleet_tui.data.source import OpenSource
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.playback import Playback
from cafleet_tui.operations.member_operations import PAST
from cafleet_tui.render import replay as render
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.widgets.locked_composer import PastComposer

_ELSEWHERE = ("app.sessions", "plain_keys.sessions", "plain_keys.compose")


class ReplayRoom(ControlRoom):
    """Shows one session as it was at the moment of a playback; `open_source` reads that."""

    BINDINGS = actions.bindings("replay")
    AUTO_FOCUS = "Timeline"

    def __init__(
        self,
        session: Session,
        open_source: OpenSource,
        settings: Settings,
        playback: Playback,
    ) -> None:
        bar = PastComposer()
        super().__init__(session, open_source, settings, bar)
        self.regions.screen.nothing = render.no_screen()
        self.regions.timeline.empty = render.no_messages()
        self.replay = ReplayController(self.context, playback, bar, self._read_anew)
        self.controllers.runs = {
            **self.controllers.runs,
            "replay.next": self.replay.next_event,
            "replay.previous": self.replay.previous_event,
            "replay.question": self.replay.next_question,
            "replay.pause": self.replay.pause,
            "replay.faster": self.replay.faster,
            "replay.slower": self.replay.slower,
        }

    def on_mount(self) -> None:
        """Name the moment, again and again; the threads are started by the room itself."""
        self.replay.start()
        self.set_interval(1.0, self.replay.show)

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """The regions of the room, and the keys of the replay."""
        yield "replay", self
        yield from super().places()

    def refusal(self, action: Action, /) -> str | None:
        """Why an action is unavailable; None if it is available."""
        return PAST if action.id in _ELSEWHERE else super().refusal(action)

    def _read_anew(self) -> None:
        """Have the threads read the moment, and the ages counted from it."""
        session = self.controllers.session
        session.feed.look()
        session.pane_watch.look()
        session.tick()
