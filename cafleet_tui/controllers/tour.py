"""Lead the human through the room: tell a step, and notice when it is done."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widgets import Static

from cafleet_core.states import AgentKind
from cafleet_core.views import Entry
from cafleet_tui.controllers.context import RoomState
from cafleet_tui.keys.keyed_app import shown
from cafleet_tui.model.standing import Standing
from cafleet_tui.model.tour import Milestone, Tour
from cafleet_tui.render import tour as render

_BY_ACTION = {
    "room.members": Milestone.MEMBERS,
    "room.screen": Milestone.SCREEN,
    "room.inbox": Milestone.INBOX,
    "room.search": Milestone.SEARCHED,
}


class TourController:
    """Tells the steps in `panel`, which is hidden once the tour is ended."""

    def __init__(self, state: RoomState, panel: Static) -> None:
        self._state = state
        self._panel = panel
        self._asked = False
        self._selected = ""
        self.tour = Tour()

    def show(self) -> None:
        """Tell the step."""
        self._panel.border_title = render.title(self.tour)
        self._panel.border_subtitle = render.hint(self.tour, self._key)
        self._panel.update(render.words(self.tour, self._key))

    def skip(self) -> None:
        """Tell the next step."""
        self.tour.skip()
        self.show()

    def end(self) -> None:
        """Tell nothing more."""
        self._panel.display = False

    def note_action(self, action_id: str) -> None:
        """The human has run an action of the room."""
        if milestone := _BY_ACTION.get(action_id):
            self.reach(milestone)

    def note_selected(self, standing: Standing | None, *, by_human: bool) -> None:
        """An agent is selected; the list itself selects one, and again when it is sorted anew."""
        agent_id = standing.member.agent.agent_id if standing else ""
        if by_human and agent_id != self._selected != "":
            self.reach(Milestone.SELECTED)
        self._selected = agent_id

    def note_entries(self, entries: Iterable[Entry]) -> None:
        """These messages are new or changed."""
        if any(map(_answers_the_human, entries)):
            self.reach(Milestone.HEARD)

    def note_panes(self) -> None:
        """The panes have been looked at: who has asked, and asks no more, was answered."""
        asks = any(each.state == "waiting" for each in self._state.needing)
        if self._asked and not asks:
            self.reach(Milestone.ANSWERED)
        self._asked = asks

    def reach(self, milestone: Milestone) -> None:
        """Note a milestone, and tell the next step if that was what this one waited for."""
        if self.tour.reach(milestone):
            self.show()

    def _key(self, action_id: str) -> str:
        return shown(self._panel, action_id)[0]


def _answers_the_human(entry: Entry) -> bool:
    to_human = (
        each.recipient_kind is AgentKind.ADMINISTRATOR for each in entry.deliveries
    )
    return entry.reply_to_task_id is not None and any(to_human)
