"""The timeline's filter, search and pages, and the actions on its messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.content import Content

from cafleet_core import clock, time_expressions
from cafleet_core.errors import CafleetError
from cafleet_core.records import Session
from cafleet_core.views import EVERYTHING, Around, AtTime, Entry, Filter, Page
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data.reader import RETRY_AFTER
from cafleet_tui.data.updates import Ask, FeedUpdate
from cafleet_tui.dialogs.entry_detail import ACK, CANCEL, REPLY, EntryDetail, Files
from cafleet_tui.dialogs.prompts import AskWords, Confirm
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations import mail
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import frames, status_line
from cafleet_tui.widgets.timeline import Timeline

_TIME_HINT = "12:40 · yesterday 9:00 · monday · 2h ago · 2026-11-20 12:40"
_OF_AN_ENTRY = ("timeline.choose", "timeline.reply", "timeline.ack")


class TimelineController:
    """Filters, searches and pages the timeline; opens, acks and cancels its entries.

    `restrict` makes the feed read other entries, `reply` begins an answer to one, `files` shows
    what comes with one.
    """

    def __init__(
        self,
        context: RoomContext,
        timeline: Timeline,
        restrict: Callable[[Filter], None],
        reply: Callable[[Entry], None],
        files: Files,
    ) -> None:
        self._context = context
        self._timeline = timeline
        self._restrict = restrict
        self._reply = reply
        self._files = files
        self._return_to: int | None = None
        self._asked = EVERYTHING
        self.wanted = EVERYTHING
        """The filter of the timeline."""
        self.searched = ""
        """The filter as it was typed; empty if it was not."""

    def refusal(self, action: Action) -> str | None:
        """Why this cannot be done with the selected message; None if it can."""
        if action.id not in _OF_AN_ENTRY:
            return None
        if self._context.read_only and action.id != "timeline.choose":
            return READ_ONLY
        entry = self._timeline.selected
        if entry is None:
            return "no message is selected"
        if action.id == "timeline.ack":
            return mail.ack_refusal(entry, self._session.administrator_agent_id)
        return None

    @property
    def selected(self) -> Entry | None:
        """The selected message."""
        return self._timeline.selected

    @property
    def has_selected(self) -> bool:
        """Whether a message is selected."""
        return self._timeline.selected is not None

    @property
    def _session(self) -> Session:
        return self._context.state.session

    def describe(self) -> None:
        """Show on the frame which messages are listed, and whether the newest are."""
        party = self.wanted.party and self._context.state.name_of(self.wanted.party)
        title = frames.timeline_title(party, self.searched or self.wanted.words)
        self._timeline.border_title = title
        self._timeline.border_subtitle = frames.follow_state(
            self._timeline.following, self._timeline.unseen
        )

    def show_wanted(self, wanted: Filter, searched: str = "") -> None:
        """Filter the timeline, staying at the message that is being read."""
        if (wanted, searched) == (self._asked, self.searched):
            return
        self._asked, self.searched = wanted, searched
        self._return_to = self._timeline.reading
        self._restrict(wanted)

    def go_to(self, seq: int) -> None:
        """Select a message, among all others."""
        if self._asked != EVERYTHING or self.wanted != EVERYTHING:
            self.show_wanted(EVERYTHING)
            self._return_to = seq
        self._timeline.ask(Around(seq))  # a filter may never have come to be shown

    def focus(self) -> None:
        """Focus the timeline."""
        self._context.focus(self._timeline)

    def show(self, update: FeedUpdate) -> None:
        """Apply the entries of an update, also to an entry that is open in full."""
        if update.whole:
            self._show_whole(update)
        elif update.entries:
            self._timeline.advance(update.entries)
            if isinstance(self._context.top, EntryDetail):
                self._context.top.show(update.entries)

    def _show_whole(self, update: FeedUpdate) -> None:
        self.wanted = wanted = update.wanted
        self._timeline.filtered = wanted != EVERYTHING
        self._timeline.seek(wanted.words or "")
        self._timeline.replace(update.entries)
        self.describe()
        if self._return_to is not None:
            self._timeline.ask(Around(self._return_to))
            self._return_to = None

    def read_page(self, ask: Ask) -> None:
        """Read the page that the timeline asks for, repeatedly while it awaits one."""
        wanted, session_id = self.wanted, self._session.session_id
        self._context.jobs.run(
            "page",
            lambda source: source.page(session_id, wanted, ask.reach),
            partial(self._show_page, ask),
            lambda _: self._retry(ask),
            exclusive=True,
        )

    def _retry(self, ask: Ask) -> None:
        if self._timeline.awaits(ask):
            self._timeline.set_timer(RETRY_AFTER, partial(self.read_page, ask))

    def _show_page(self, ask: Ask, page: Page | None) -> None:
        if page is None and self._timeline.awaits(ask):
            self._context.say(frames.nothing_unacked())
        self._timeline.take(ask, page)

    def ask_for_time(self) -> None:
        """Ask for a time, and go to the first message after it."""
        title = Content.styled("Go to a time", "bold $primary")
        ask = AskWords(title, Content(_TIME_HINT), check=_complaint)
        self._context.open(ask, self._go_to_time)

    def _go_to_time(self, words: str | None) -> None:
        if words is not None:
            stamp = clock.stamp(time_expressions.parse(words, clock.now()))
            self._timeline.ask(AtTime(stamp))
            self._context.focus(self._timeline)

    def filter_by(self, agent_id: str) -> None:
        """Show only this agent's messages, or all again."""
        party = None if agent_id == self.wanted.party else agent_id
        self.show_wanted(self.wanted._replace(party=party), self.searched)

    def leave_filter(self) -> bool:
        """Remove the filter; whether there was one."""
        filtered = self.wanted != EVERYTHING
        if filtered:
            self.show_wanted(EVERYTHING)
        return filtered

    def open_entry(self, entry: Entry) -> None:
        """Show a message in full."""
        human = self._session.administrator_agent_id
        detail = EntryDetail(
            entry, human, self._files, read_only=self._context.read_only
        )
        self._context.open(detail, partial(self.after_detail, entry))

    def after_detail(self, entry: Entry, wanted: str | None) -> None:
        """Do what was asked for in a message's full view."""
        if wanted == REPLY:
            self._reply(entry)
        elif wanted == ACK:
            self._ack(entry)
        elif wanted == CANCEL:
            question = Content("Cancel this message?")
            sure = Confirm(question, frames.canceling(entry), "cancel it")
            self._context.open(sure, partial(self._cancel_if, entry))

    def ack_selected(self) -> None:
        """Ack the selected message."""
        if (entry := self._timeline.selected) is not None:
            self._ack(entry)

    def _ack(self, entry: Entry) -> None:
        session = self._session
        self._context.jobs.run(
            "ack",
            lambda source: source.ack(session, entry),
            lambda _: self._context.say(frames.acked(session, entry)),
            partial(self._say_failed, "acked"),
        )

    def _cancel_if(self, entry: Entry, confirmed: bool | None) -> None:
        if not confirmed:
            return
        session = self._session
        self._context.jobs.run(
            "cancel",
            lambda source: source.cancel(session, entry.task_id),
            lambda _: self._context.say(frames.canceled(session, entry)),
            partial(self._say_failed, "canceled"),
        )

    def _say_failed(self, done: str, error: CafleetError) -> None:
        self._context.say(status_line.warning(f"Not {done}: {error.message}"))


def _complaint(words: str) -> str | None:
    """Why words are no time expression; None if they are one."""
    try:
        time_expressions.parse(words, clock.now())
    except (ValueError, OverflowError):
        return f"That is no time; write it like {_TIME_HINT}"
    return None
