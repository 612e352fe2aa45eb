"""The part of the room that reads: which messages the timeline shows, and one in full."""

from __future__ import annotations

from contextlib import closing
from functools import partial

from textual import on, work
from textual.content import Content
from textual.getters import query_one

from cafleet_core.broker.history import EVERYTHING, Filter
from cafleet_core.errors import CafleetError
from cafleet_core.records import Entry
from cafleet_tui.actions import Action
from cafleet_tui.messages import CancelDone, OlderRead
from cafleet_tui.orders import READ_ONLY
from cafleet_tui.render import room as render
from cafleet_tui.render import status
from cafleet_tui.screens.asking import AskWords
from cafleet_tui.screens.entry_detail import CANCEL, REPLY, EntryDetail
from cafleet_tui.screens.live_session import LiveSession
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.timeline import Timeline

_ABOUT_ONE = ("timeline.choose", "timeline.reply")
_SEARCH_HINT = "Words of the message, all of them; their last letters may be missing."


class ReadingRoom(LiveSession):
    """Filters, searches and pages the timeline, and opens its entries."""

    timeline = query_one("#timeline", Timeline)

    wanted = EVERYTHING
    """What the timeline shows by now."""

    def name_of(self, agent_id: str) -> str | None:
        """What an agent of the session is called."""
        raise NotImplementedError

    def hindrance(self, action: Action, /) -> str | None:
        """See `LiveSession`: here for what is done with the selected message."""
        if action.id not in _ABOUT_ONE:
            return super().hindrance(action)
        if self.read_only and action.id == "timeline.reply":
            return READ_ONLY
        return None if self.timeline.selected else "no message is selected"

    def describe_timeline(self) -> None:
        """Say on the frame whose messages are shown, and whether the newest are."""
        party = self.wanted.party and self.name_of(self.wanted.party)
        self.timeline.border_title = render.timeline_title(party, self.wanted.words)
        self.timeline.border_subtitle = render.follow_state(
            self.timeline.following, self.timeline.unseen
        )

    def show_wanted(self, wanted: Filter) -> None:
        """Have the timeline show these messages alone."""
        self.feed.show(wanted)

    def action_search(self) -> None:
        """Ask for words, and show the messages that hold them."""
        title = Content.styled("Search the timeline", "bold $primary")
        ask = AskWords(title, Content(_SEARCH_HINT))
        self.app.push_screen(ask, self._search)

    def _search(self, words: str | None) -> None:
        if words is not None:
            self.show_wanted(self.wanted._replace(words=words.strip()))
            self.timeline.focus()

    def leave_filter(self) -> bool:
        """Show everything again; whether something was left out before."""
        filtered = self.wanted != EVERYTHING
        if filtered:
            self.show_wanted(EVERYTHING)
        return filtered

    @on(Timeline.FollowChanged)
    def _note_follow(self) -> None:
        self.describe_timeline()

    @on(Timeline.OlderWanted)
    def _want_older(self, event: Timeline.OlderWanted) -> None:
        self.read_older(event.before_seq, self.wanted)

    @on(OlderRead)
    def _show_older(self, event: OlderRead) -> None:
        if event.wanted == self.wanted:
            self.timeline.prepend(event.entries)

    @on(Timeline.EntryChosen)
    def _open_entry(self, event: Timeline.EntryChosen) -> None:
        entry = event.entry
        own = entry.sender_id == self.session.administrator_agent_id
        detail = EntryDetail(entry, own=own, read_only=self.read_only)
        self.app.push_screen(detail, partial(self._after, entry))

    def _after(self, entry: Entry, wanted: str | None) -> None:
        if wanted == REPLY:
            self.timeline.post_message(Timeline.ReplyWanted(entry))
        elif wanted == CANCEL:
            self._cancel(entry)

    @work(thread=True, group="cancel", exit_on_error=False)
    def _cancel(self, entry: Entry) -> None:
        try:
            with closing(self._open_source()) as source:
                source.cancel(self.session, entry)
        except CafleetError as error:
            self.post_message(CancelDone(entry, error.message))
        else:
            self.post_message(CancelDone(entry, None))

    @on(CancelDone)
    def _note_canceled(self, event: CancelDone) -> None:
        if event.trouble:
            self.tell(status.warning(f"Not canceled: {event.trouble}"))
        else:
            self.tell(render.canceled(self.session, event.entry))

    @on(MemberList.FilterWanted)
    def _filter(self, event: MemberList.FilterWanted) -> None:
        agent_id = event.standing.member.agent.agent_id
        party = None if agent_id == self.wanted.party else agent_id
        self.show_wanted(self.wanted._replace(party=party))
