"""The application of a replay: one session's room over the past, whose time is everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cafleet_core import clock
from cafleet_tui.app import CafleetApp

if TYPE_CHECKING:
    from cafleet_core.config.settings import Settings
    from cafleet_core.records import Session
    from cafleet_tui.data.source import OpenSource
    from cafleet_tui.model.playback import Playback
    from cafleet_tui.screens.control_room import ControlRoom


class ReplayApp(CafleetApp):
    """Opens the room of `session` at the moment of the playback; it alone is shown."""

    def __init__(
        self,
        open_source: OpenSource,
        settings: Settings,
        session: Session,
        playback: Playback,
    ) -> None:
        super().__init__(open_source, settings, session)
        self.playback = playback

    def on_mount(self) -> None:
        """Have every age counted from the moment that is shown."""
        clock.replay(self.playback.now)

    def on_unmount(self) -> None:
        """Go back to the present."""
        clock.replay(None)

    def room_of(self, session: Session) -> ControlRoom:
        """See `CafleetApp`."""
        from cafleet_tui.screens.replay_room import ReplayRoom

        return ReplayRoom(session, self._open_source, self.settings, self.playback)

    def action_sessions(self) -> None:
        """Do nothing: a replay shows one session."""
