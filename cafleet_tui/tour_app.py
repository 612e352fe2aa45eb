"""The application of the tour: rooms that lead a newcomer through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cafleet_tui.app import CafleetApp

if TYPE_CHECKING:
    from cafleet_core.records import Session
    from cafleet_tui.screens.control_room import ControlRoom


class TourApp(CafleetApp):
    """Opens the room of `session` with the tour."""

    def room_of(self, session: Session) -> ControlRoom:
        """See `CafleetApp`."""
        from cafleet_tui.screens.tour_room import TourRoom

        return TourRoom(session, self._open_source, self.settings)
