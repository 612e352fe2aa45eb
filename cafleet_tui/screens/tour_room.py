"""The control room with a tour: a panel above the composer that leads through it."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.dom import DOMNode
from textual.widgets import Static

from cafleet_core.config.settings import Settings
from cafleet_core.records import Session
from cafleet_tui.controllers.tour import TourController
from cafleet_tui.data import updates
from cafleet_tui.data.source import OpenSource
from cafleet_tui.keys import actions
from cafleet_tui.model.tour import Milestone
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.member_list import MemberList


class TourRoom(ControlRoom):
    """Tells the human what to do next, and sees when it is done; nothing else is other."""

    BINDINGS = actions.bindings("tour")

    def __init__(
        self, session: Session, open_source: OpenSource, settings: Settings
    ) -> None:
        super().__init__(session, open_source, settings)
        self._panel = Static(id="tour")
        self.tour = TourController(self.context.state, self._panel)
        self.controllers.runs = {
            **self.controllers.runs,
            "tour.skip": self.tour.skip,
            "tour.end": self.tour.end,
        }

    def on_mount(self) -> None:
        """Begin; the threads are started by the room itself."""
        self.mount(self._panel, before=self.regions.composer)
        self.tour.show()

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """The regions of the room, and the keys of the tour."""
        yield "tour", self
        yield from super().places()

    def action_run(self, action_id: str) -> None:
        """See `ControlRoom`."""
        super().action_run(action_id)
        self.tour.note_action(action_id)

    @on(MemberList.Highlighted)
    def _note_selected(self, event: MemberList.Highlighted) -> None:
        by_human = self.regions.members.has_focus
        self.tour.note_selected(event.standing, by_human=by_human)

    @on(Composer.Submitted)
    def _note_sent(self) -> None:
        self.tour.reach(Milestone.SENT)

    @on(updates.FeedAdvanced)
    def _note_entries(self, event: updates.FeedAdvanced) -> None:
        self.tour.note_entries(event.update.entries)

    @on(updates.PanesSeen)
    def _note_panes(self) -> None:
        self.tour.note_panes()
