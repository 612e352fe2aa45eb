"""The room itself: its regions, and who listens to whom."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.getters import query_one
from textual.widgets import Static

from cafleet_core import clock
from cafleet_core.config.settings import Settings
from cafleet_core.records import Session
from cafleet_core.states import AgentKind, AgentStatus, PaneState
from cafleet_core.views import Held, Member, PaneView, Pulse
from cafleet_tui.controllers.alert import Alert
from cafleet_tui.controllers.answers import AnsweringRoom
from cafleet_tui.controllers.composer import WritingRoom
from cafleet_tui.controllers.team import StaffingRoom
from cafleet_tui.controllers.timeline import ReadingRoom
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.updates import (
    FeedAdvanced,
    FeedRecovered,
    FeedTrouble,
    PanesSeen,
)
from cafleet_tui.keys import actions
from cafleet_tui.model import standing
from cafleet_tui.model.standing import Ranks, Standing
from cafleet_tui.render import frames as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.act_panel import ActPanel
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.locked_composer import LockedComposer
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.screen_view import ScreenView
from cafleet_tui.widgets.status_bar import KeyLine, Line, StatusBar
from cafleet_tui.widgets.timeline import Timeline

STRIP_BELOW = 100
"""Columns below which the members become a strip."""


class ControlRoom(AnsweringRoom, ReadingRoom, StaffingRoom, WritingRoom):
    """Shows one session live, and sends what the human writes."""

    BINDINGS = actions.bindings("room") + actions.bindings("letters")
    AUTO_FOCUS = "Draft"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable to Textual
        (0, "-tiny"),
        (40, "-narrow"),
        (80, "-compact"),
        (STRIP_BELOW, "-medium"),
        (160, "-wide"),
        (180, "-vast"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable to Textual
        (0, "-flat"),
        (10, "-short"),
        (22, "-tall"),
        (34, "-high"),
    ]

    status = query_one("#status", StatusBar)
    screen_view = query_one("#screen", ScreenView)
    outcome = query_one("#outcome", Line)

    def __init__(
        self, session: Session, open_source: OpenSource, settings: Settings
    ) -> None:
        super().__init__(session, open_source)
        self.keep_drafts("" if self.read_only else settings.state_folder)
        self._settings = settings
        self.read_only = settings.read_only
        self._members: tuple[Member, ...] = ()
        self._views: Mapping[str, PaneView] = {}
        self._pulses: Mapping[str, Pulse] = {}
        self._troubles: dict[str, str] = {}
        self._held = Held()
        self._last_error = ""
        self._reasons: list[str | None] = []
        self._read = False
        self._looked = False
        self._told = False
        self._alert = Alert(
            settings,
            self.app.bell,
            self._write_to_terminal,
            inside_tmux="TMUX" in os.environ,
        )

    @property
    def settled(self) -> bool:
        """Whether the session, its panes and the messages that are wanted have been read."""
        return self._read and self._looked and self.wanted == self.feed.wanted

    def compose(self) -> ComposeResult:
        """Lay out the regions; the styles decide which of them a size shows."""
        yield StatusBar(id="status")
        with Container(id="body"):
            yield MemberList()
            yield Timeline(id="timeline")
            with Vertical(id="side"):
                yield ScreenView()
                yield ActPanel()
        yield LockedComposer() if self.read_only else Composer()
        yield Line(id="outcome")
        yield KeyLine()
        yield Static("pane too small", id="too-small")

    def on_mount(self) -> None:
        """Name the regions, and let the ages grow."""
        self.member_list.border_title = "Members"
        self.describe_timeline()
        self.set_interval(1.0, self._age)

    def on_unmount(self) -> None:
        """Leave the terminal as it was."""
        self._alert.end()

    def on_resize(self) -> None:
        """Members are cells where there is no room for a column of them."""
        self.member_list.strip = self.size.width < STRIP_BELOW
        self.call_after_refresh(self._focus_something)

    def _focus_something(self) -> None:
        """A pane that was too small for any region leaves none with the focus."""
        if self.focused is None:
            self.go_to(self.composer.draft)

    @on(FeedAdvanced)
    def _advance(self, event: FeedAdvanced) -> None:
        update = event.update
        self.session, self._members = update.session, update.members
        self._held, self._pulses = update.held, update.pulses
        if update.whole:
            self.show_whole(update.entries, update.wanted)
        elif update.entries:
            self.advance(update.entries)
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
        self._troubles[event.reader] = event.text
        self._last_error = f"{_time()} {event.text}"
        self._age()

    @on(FeedRecovered)
    def _note_recovery(self, event: FeedRecovered) -> None:
        self._troubles.pop(event.reader, None)
        self._age()

    def _know(self) -> None:
        agents = [member.agent for member in self._members]
        wanted = self.session.administrator_agent_id
        sender = next((agent for agent in agents if agent.agent_id == wanted), None)
        self.composer.know(agents, sender)
        if not (self._told or self.read_only):
            self.outcome.say(render.hint(alone=not self._ranked().team))

    def _ranked(self) -> Ranks:
        limits, at = self._settings.thresholds, clock.now()
        return standing.rank(self._members, self._views, at, limits, self._pulses)

    def _age(self) -> None:
        ranks = self._ranked()
        self.member_list.show(ranks)
        self._select(self.member_list.highlighted)
        needing = standing.needing(ranks)
        self._alert.see(status_line.session_name(self.session), needing)
        self.attend(needing)
        active = [m for m in self._members if m.agent.status == AgentStatus.ACTIVE]
        counted = [m for m in active if m.agent.kind != AgentKind.ADMINISTRATOR]
        human = [m for m in active if m.agent.kind == AgentKind.ADMINISTRATOR]
        self.status.show(
            status_line.Facts(
                session=self.session,
                agents=len(counted),
                unacked=sum(member.activity.unacked for member in counted),
                mail=sum(member.activity.unacked for member in human),
                needing=needing,
                panes=len(self._views),
                gone=sum(view.state == PaneState.DEAD for view in self._views.values()),
                trouble=next((self._troubles[r] for r in sorted(self._troubles)), None),
                held=self._held.messages,
                held_for=clock.age(self._held.oldest, clock.now())
                if self._held.oldest
                else 0.0,
                last_error=self._last_error,
                time=_time(),
            )
        )

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """The regions of the room, each with the node whose actions it has."""
        yield from (("room", self), ("letters", self), ("acts", self))
        yield "members", self.member_list
        yield "timeline", self.timeline
        yield "composer", self.composer.draft

    @on(events.Click)
    def _look_at_keys_anew(self) -> None:
        """What is selected may be something else now."""
        self.refresh_bindings()

    @on(Composer.Rewritten)
    def _look_at_keys(self) -> None:
        """Have the line of keys follow what can work now."""
        reasons = [self.hindrance(actions.named(each)) for each in actions.FOOTER]
        if reasons != self._reasons:
            self._reasons = reasons
            self.refresh_bindings()

    def name_of(self, agent_id: str) -> str | None:
        """What an agent of the session is called."""
        names = {m.agent.agent_id: m.agent.name for m in self._members}
        return names.get(agent_id)

    @on(Timeline.ReplyWanted)
    def _reply(self, event: Timeline.ReplyWanted) -> None:
        self.composer.reply(event.entry)

    @on(MemberList.Highlighted)
    def _show_screen(self, event: MemberList.Highlighted) -> None:
        self._select(event.standing)

    def _select(self, standing: Standing | None) -> None:
        self.screen_view.show(standing)
        self.offer(standing)
        self._look_at_keys()

    @on(MemberList.Opened)
    def _open_screen(self) -> None:
        self.action_zoom()

    @on(MemberList.MentionWanted)
    def _mention(self, event: MemberList.MentionWanted) -> None:
        self.composer.write_to(event.standing.member.agent.name)

    def tell(self, outcome: Content) -> None:
        """Say what became of something, below the composer."""
        self._told = True
        self.outcome.say(outcome)

    def action_members(self) -> None:
        """Go to the members, showing them where the size hides them."""
        self.add_class("-members")
        self.go_to(self.member_list)

    def action_zoom(self) -> None:
        """Show the screen over the room, or put it back."""
        if self.has_class("-zoomed"):
            self.action_leave()
        else:
            self.add_class("-zoomed")
            self.go_to(self.screen_view)

    def _write_to_terminal(self, sequence: str) -> None:
        driver = self.app._driver  # Textual has no public way for it
        if driver is not None and not self.app.is_headless:
            driver.write(sequence)

    @on(Composer.Dismissed)
    def action_leave(self) -> None:
        """Close what is open over the room, else show all again, else go to the composer."""
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed")
            self.go_to(self.member_list)
        elif not self.leave_filter():
            self.action_compose()

    def action_compose(self) -> None:
        """Go to the composer, putting away what a small size shows on demand."""
        self.remove_class("-zoomed", "-members")
        self.go_to(self.composer.draft)


def _time() -> str:
    return clock.now().astimezone().strftime("%H:%M")
