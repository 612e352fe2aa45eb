"""The room itself: its regions, and who listens to whom."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from cafleet_core import clock, records
from cafleet_core.config import Settings
from cafleet_core.records import Member, PaneView, Session
from cafleet_tui import actions, attention
from cafleet_tui.attention import Ranks
from cafleet_tui.messages import (
    FeedAdvanced,
    FeedRecovered,
    FeedTrouble,
    LetterFailed,
    LetterSent,
    OlderRead,
    PanesSeen,
)
from cafleet_tui.render import room as render
from cafleet_tui.render import status
from cafleet_tui.screens.entry_detail import EntryDetail
from cafleet_tui.screens.writing import WritingSession
from cafleet_tui.source import OpenSource
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.screen_view import ScreenView
from cafleet_tui.widgets.status_bar import KeyLine, Line, StatusBar
from cafleet_tui.widgets.timeline import Timeline

STRIP_BELOW = 100
"""Columns below which the members become a strip."""


class ControlRoom(WritingSession):
    """Shows one session live, and sends what the human writes."""

    BINDINGS = actions.bindings("room") + actions.bindings("letters")
    AUTO_FOCUS = "Draft"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable to Textual
        (0, "-tiny"),
        (40, "-narrow"),
        (80, "-compact"),
        (STRIP_BELOW, "-medium"),
        (140, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable to Textual
        (0, "-flat"),
        (10, "-short"),
        (22, "-tall"),
    ]

    status = query_one("#status", StatusBar)
    member_list = query_one("#members", MemberList)
    timeline = query_one("#timeline", Timeline)
    screen_view = query_one("#screen", ScreenView)

    def __init__(
        self, session: Session, open_source: OpenSource, settings: Settings
    ) -> None:
        super().__init__(session, open_source, settings.state_folder)
        self._settings = settings
        self._members: tuple[Member, ...] = ()
        self._views: Mapping[str, PaneView] = {}
        self._only: str | None = None
        self._trouble: str | None = None
        self._read = False
        self._looked = False
        self._told = False

    @property
    def settled(self) -> bool:
        """Whether the session and its panes have been read."""
        return self._read and self._looked

    def compose(self) -> ComposeResult:
        """Lay out the regions; the styles decide which of them a size shows."""
        yield StatusBar(id="status")
        with Container(id="body"):
            yield MemberList()
            yield Timeline(id="timeline")
            yield ScreenView()
        yield Composer()
        yield Line(id="outcome")
        yield KeyLine()
        yield Static("pane too small", id="too-small")

    def on_mount(self) -> None:
        """Name the regions, and let the ages grow."""
        self.member_list.border_title = "Members"
        self._describe_timeline()
        self.set_interval(1.0, self._age)

    def on_resize(self) -> None:
        """Members are cells where there is no room for a column of them."""
        self.member_list.strip = self.size.width < STRIP_BELOW

    @on(FeedAdvanced)
    def _advance(self, event: FeedAdvanced) -> None:
        update = event.update
        self.session, self._members = update.session, update.members
        if update.whole:
            self._only = update.only
            self.timeline.replace(update.entries)
            self._describe_timeline()
        elif update.entries:
            self.timeline.advance(update.entries)
        self._know()
        self._age()
        self._read = True
        self.feed.handled()

    @on(PanesSeen)
    def _see_panes(self, event: PanesSeen) -> None:
        self._views = event.views
        self._looked = True
        self._age()

    @on(FeedTrouble)
    def _note_trouble(self, event: FeedTrouble) -> None:
        self._trouble = event.text
        self._age()

    @on(FeedRecovered)
    def _note_recovery(self) -> None:
        self._trouble = None
        self._age()

    def _know(self) -> None:
        agents = [member.agent for member in self._members]
        wanted = self.session.administrator_agent_id
        sender = next((agent for agent in agents if agent.agent_id == wanted), None)
        self.composer.know(agents, sender)
        if not self._told:
            self.outcome.say(render.hint(alone=not self._ranked().team))

    def _ranked(self) -> Ranks:
        quiet_after = self._settings.quiet_after
        return attention.rank(self._members, self._views, clock.now(), quiet_after)

    def _age(self) -> None:
        ranks = self._ranked()
        self.member_list.show(ranks)
        self.screen_view.show(self.member_list.highlighted)
        counted = [
            member
            for member in self._members
            if member.agent.status == records.ACTIVE
            and member.agent.kind != records.ADMINISTRATOR
        ]
        self.status.show(
            status.Facts(
                session=self.session,
                agents=len(counted),
                unacked=sum(member.activity.unacked for member in counted),
                needing=attention.needing(ranks),
                panes=len(self._views),
                trouble=self._trouble,
                time=clock.now().astimezone().strftime("%H:%M"),
            )
        )

    def _describe_timeline(self) -> None:
        shown = [m.agent.name for m in self._members if m.agent.agent_id == self._only]
        self.timeline.border_title = render.timeline_title(shown[0] if shown else None)
        self.timeline.border_subtitle = render.follow_state(
            self.timeline.following, self.timeline.unseen
        )

    @on(Timeline.FollowChanged)
    def _note_follow(self) -> None:
        self._describe_timeline()

    @on(Timeline.OlderWanted)
    def _want_older(self, event: Timeline.OlderWanted) -> None:
        self.read_older(event.before_seq, self._only)

    @on(OlderRead)
    def _show_older(self, event: OlderRead) -> None:
        if event.only == self._only:
            self.timeline.prepend(event.entries)

    @on(Timeline.EntryChosen)
    def _open_entry(self, event: Timeline.EntryChosen) -> None:
        self.app.push_screen(EntryDetail(event.entry))

    @on(Timeline.ReplyWanted)
    def _reply(self, event: Timeline.ReplyWanted) -> None:
        self.composer.reply(event.entry)

    @on(MemberList.Highlighted)
    def _show_screen(self, event: MemberList.Highlighted) -> None:
        self.screen_view.show(event.standing)

    @on(MemberList.Opened)
    def _open_screen(self) -> None:
        self.action_zoom()

    @on(MemberList.FilterWanted)
    def _filter(self, event: MemberList.FilterWanted) -> None:
        agent_id = event.standing.member.agent.agent_id
        self.feed.show_only(None if agent_id == self._only else agent_id)

    @on(MemberList.MentionWanted)
    def _mention(self, event: MemberList.MentionWanted) -> None:
        self.composer.write_to(event.standing.member.agent.name)

    @on(Composer.Submitted)
    def _submit(self, event: Composer.Submitted) -> None:
        self.send(event.letter)

    @on(LetterSent)
    def _note_sent(self, event: LetterSent) -> None:
        self.composer.sent()
        self._tell(render.outcome(event.letter, event.sent))

    @on(LetterFailed)
    def _note_failure(self, event: LetterFailed) -> None:
        self.composer.failed()
        self._tell(status.warning(f"Not sent, the draft is kept: {event.text}"))

    def _tell(self, outcome: Content) -> None:
        self._told = True
        self.outcome.say(outcome)

    def action_members(self) -> None:
        """Go to the members, showing them where the size hides them."""
        self.add_class("-members")
        self.member_list.focus()

    def action_zoom(self) -> None:
        """Show the screen over the room, or put it back."""
        if self.has_class("-zoomed"):
            self.action_leave()
        else:
            self.add_class("-zoomed")
            self.screen_view.focus()

    def action_leave(self) -> None:
        """Close what is open over the room, else go to the composer."""
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed")
            self.member_list.focus()
            return
        self.remove_class("-members")
        self.composer.draft.focus()
