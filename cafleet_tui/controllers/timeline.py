"""The part of the room that reads: which messages the timeline shows, and one in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import on, work
from textual.content import Content
from textual.getters import query_one

from cafleet_core import clock, time_expressions
from cafleet_core.errors import CafleetError
from cafleet_core.views import EVERYTHING, Around, AtTime, Entry, Filter
from cafleet_tui.controllers.session import LiveSession
from cafleet_tui.data.jobs import using
from cafleet_tui.data.updates import AckDone, Ask, CancelDone, PageRead
from cafleet_tui.dialogs.entry_detail import ACK, CANCEL, REPLY, EntryDetail
from cafleet_tui.dialogs.prompts import AskWords, Confirm
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations import mail
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import frames as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.timeline import Timeline

_TIME_HINT = "12:40 · yesterday 9:00 · monday · 2h ago · 2026-11-20 12:40"
_ABOUT_ONE = ("timeline.choose", "timeline.reply", "timeline.ack")
_SEARCH_HINT = "Words of the message, all of them; their last letters may be missing."


class ReadingRoom(LiveSession):
    """Filters, searches and pages the timeline, and opens its entries."""

    timeline = query_one("#timeline", Timeline)

    wanted = EVERYTHING
    """What the timeline shows by now."""

    _place: int | None = None

    def name_of(self, agent_id: str) -> str | None:
        """What an agent of the session is called."""
        raise NotImplementedError

    def hindrance(self, action: Action, /) -> str | None:
        """See `LiveSession`: here for what is done with the selected message."""
        if action.id not in _ABOUT_ONE:
            return super().hindrance(action)
        if self.read_only and action.id != "timeline.choose":
            return READ_ONLY
        entry = self.timeline.selected
        if entry is None:
            return "no message is selected"
        human = self.session.administrator_agent_id
        if action.id == "timeline.ack":
            return mail.ack_hindrance(entry, human)
        return None

    def describe_timeline(self) -> None:
        """Say on the frame whose messages are shown, and whether the newest are."""
        party = self.wanted.party and self.name_of(self.wanted.party)
        self.timeline.border_title = render.timeline_title(party, self.wanted.words)
        self.timeline.border_subtitle = render.follow_state(
            self.timeline.following, self.timeline.unseen
        )

    def show_wanted(self, wanted: Filter) -> None:
        """Have the timeline show these messages alone, where it is being read."""
        self._place = self.timeline.reading
        self.feed.show(wanted)

    def show_whole(self, entries: Sequence[Entry], wanted: Filter) -> None:
        """Show the newest of what is wanted, or the place at which other things were read."""
        self.wanted = wanted
        self.timeline.filtered = wanted != EVERYTHING
        self.timeline.seek(wanted.words or "")
        self.timeline.replace(entries)
        self.describe_timeline()
        if self._place is not None:
            self.timeline.ask(Around(self._place))
            self._place = None

    def advance(self, entries: Sequence[Entry]) -> None:
        """Take in new and changed entries, in the one that is open in full too."""
        self.timeline.advance(entries)
        if isinstance(self.app.screen, EntryDetail):
            self.app.screen.show(entries)

    def action_jump(self) -> None:
        """Ask for a time, and go to the first message since."""
        title = Content.styled("Go to a time", "bold $primary")
        ask = AskWords(title, Content(_TIME_HINT), check=_complaint)
        self.app.push_screen(ask, self._jump)

    def _jump(self, words: str | None) -> None:
        if words is not None:
            stamp = clock.stamp(time_expressions.parse(words, clock.now()))
            self.timeline.ask(AtTime(stamp))
            self.go_to(self.timeline)

    def action_search(self) -> None:
        """Ask for words, and show the messages that hold them."""
        title = Content.styled("Search the timeline", "bold $primary")
        ask = AskWords(title, Content(_SEARCH_HINT))
        self.app.push_screen(ask, self._search)

    def _search(self, words: str | None) -> None:
        if words is not None:
            self.show_wanted(self.wanted._replace(words=words.strip()))
            self.go_to(self.timeline)

    def leave_filter(self) -> bool:
        """Show everything again; whether something was left out before."""
        filtered = self.wanted != EVERYTHING
        if filtered:
            self.show_wanted(EVERYTHING)
        return filtered

    @on(Timeline.FollowChanged)
    def _note_follow(self) -> None:
        self.describe_timeline()

    def awaits(self, ask: Ask) -> bool:
        """See `LiveSession`."""
        return self.timeline.awaits(ask)

    @on(Timeline.PageWanted)
    def _want_page(self, event: Timeline.PageWanted) -> None:
        self.read_page(event.ask, self.wanted)

    @on(PageRead)
    def _show_page(self, event: PageRead) -> None:
        if event.page is None and self.awaits(event.ask):
            self.tell(render.nothing_unacked())
        self.timeline.take(event.ask, event.page)

    @on(Timeline.EntryChosen)
    def _open_entry(self, event: Timeline.EntryChosen) -> None:
        human = self.session.administrator_agent_id
        detail = EntryDetail(event.entry, human, read_only=self.read_only)
        self.app.push_screen(detail, partial(self._after, event.entry))

    def _after(self, entry: Entry, wanted: str | None) -> None:
        if wanted == REPLY:
            self.timeline.post_message(Timeline.ReplyWanted(entry))
        elif wanted == ACK:
            self._ack(entry)
        elif wanted == CANCEL:
            sure = Confirm(
                Content("Cancel this message?"), render.canceling(entry), "cancel it"
            )
            self.app.push_screen(sure, partial(self._cancel_if, entry))

    def action_ack(self) -> None:
        """Say that the selected message is dealt with."""
        if (entry := self.timeline.selected) is not None:
            self._ack(entry)

    def _cancel_if(self, entry: Entry, confirmed: bool | None) -> None:
        if confirmed:
            self._cancel(entry)

    @work(thread=True, group="cancel", exit_on_error=False)
    def _cancel(self, entry: Entry) -> None:
        try:
            with using(self._open_source) as source:
                source.cancel(self.session, entry)
        except CafleetError as error:
            self.post_message(CancelDone(entry, error.message))
        else:
            self.post_message(CancelDone(entry, None))

    @work(thread=True, group="ack", exit_on_error=False)
    def _ack(self, entry: Entry) -> None:
        try:
            with using(self._open_source) as source:
                source.ack(self.session, entry)
        except CafleetError as error:
            self.post_message(AckDone(entry, error.message))
        else:
            self.post_message(AckDone(entry, None))

    @on(AckDone)
    def _note_acked(self, event: AckDone) -> None:
        if event.trouble:
            self.tell(status_line.warning(f"Not acked: {event.trouble}"))
        else:
            self.tell(render.acked(self.session, event.entry))

    @on(CancelDone)
    def _note_canceled(self, event: CancelDone) -> None:
        if event.trouble:
            self.tell(status_line.warning(f"Not canceled: {event.trouble}"))
        else:
            self.tell(render.canceled(self.session, event.entry))

    @on(MemberList.FilterWanted)
    def _filter(self, event: MemberList.FilterWanted) -> None:
        agent_id = event.standing.member.agent.agent_id
        party = None if agent_id == self.wanted.party else agent_id
        self.show_wanted(self.wanted._replace(party=party))


def _complaint(words: str) -> str | None:
    """Why words are no time; None where they are one."""
    try:
        time_expressions.parse(words, clock.now())
    except (ValueError, OverflowError):
        return f"That is no time; write it like {_TIME_HINT}"
    return None
