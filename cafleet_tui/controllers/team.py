"""The part of the room that looks after the team: who is in it in full, and who joins it."""

from __future__ import annotations

from textual import on, work
from textual.content import Content
from textual.getters import query_one

from cafleet_core.errors import CafleetError
from cafleet_core.requests import MemberRequest
from cafleet_core.views import Filter
from cafleet_tui.controllers.session import LiveSession
from cafleet_tui.data.jobs import using
from cafleet_tui.data.updates import Hired, HireFailed, MailRead
from cafleet_tui.dialogs.member_detail import MAIL_SHOWN, MemberDetail
from cafleet_tui.dialogs.new_member import NewMember
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations import create_member, member_operations
from cafleet_tui.render import create_member as render
from cafleet_tui.render.safe_text import label
from cafleet_tui.widgets.member_list import MemberList

_BLANK = MemberRequest("", "", "claude")


class StaffingRoom(LiveSession):
    """Shows one member in full, and starts new ones."""

    member_list = query_one("#members", MemberList)

    _wish = _BLANK

    def hindrance(self, action: Action, /) -> str | None:
        """See `LiveSession`: here for what changes the team."""
        if action.id == "members.hire" and self.read_only:
            return member_operations.READ_ONLY
        return super().hindrance(action)

    def action_detail(self) -> None:
        """Show all that is known of the selected agent."""
        standing = self.member_list.highlighted
        if standing is not None:
            self.app.push_screen(MemberDetail(standing))
            self._read_mail(standing.member.agent.agent_id)

    @work(thread=True, group="mail", exclusive=True, exit_on_error=False)
    def _read_mail(self, agent_id: str) -> None:
        session_id = self.session.session_id
        try:
            with using(self._open_source) as source:
                inbox = source.newest(
                    session_id, Filter(recipient=agent_id), MAIL_SHOWN
                )
                sent = source.newest(session_id, Filter(sender=agent_id), MAIL_SHOWN)
        except CafleetError as error:
            self.post_message(MailRead(agent_id, (), (), error.message))
        else:
            self.post_message(MailRead(agent_id, tuple(inbox), tuple(sent)))

    @on(MailRead)
    def _show_mail(self, event: MailRead) -> None:
        if isinstance(self.app.screen, MemberDetail):
            self.app.screen.show(event)

    def action_hire(self) -> None:
        """Ask what a new member is to be; what failed last time is still filled in."""
        self.app.push_screen(NewMember(self._wish), self._hire)

    def _hire(self, wish: MemberRequest | None) -> None:
        if wish is not None:
            self._wish = wish
            self.tell(Content(f"Starting {label(wish.name)} …"))
            self._start(wish)

    @work(thread=True, group="hire", exit_on_error=False)
    def _start(self, wish: MemberRequest) -> None:
        try:
            with using(self._open_source) as source:
                started = source.hire(self.session, wish)
        except CafleetError as error:
            self.post_message(HireFailed(wish, error.message))
        else:
            self.post_message(Hired(wish, started))

    @on(Hired)
    def _note_hired(self, event: Hired) -> None:
        self._wish = _BLANK
        command = create_member.twin(self.session, event.wish)
        self.tell(render.outcome(event.wish, event.started, command))

    @on(HireFailed)
    def _note_not_hired(self, event: HireFailed) -> None:
        command = create_member.twin(self.session, event.wish)
        self.tell(render.failure(event.wish, event.text, command))
