"""The control room of one session: its regions, and the routes of messages and actions."""

from __future__ import annotations

from collections.abc import Iterator

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.dom import DOMNode

from cafleet_core.config.settings import Settings
from cafleet_core.records import Session
from cafleet_tui.controllers.context import RoomState, ScreenContext
from cafleet_tui.data import updates
from cafleet_tui.data.ack_queue import AcksFailed, AcksWritten
from cafleet_tui.data.draft_store import DraftFound, DraftUnkept
from cafleet_tui.data.jobs import JobRunner
from cafleet_tui.data.source import OpenSource
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.render import status_line
from cafleet_tui.screens.assembly import Controllers
from cafleet_tui.screens.regions import Regions
from cafleet_tui.screens.room_frame import RoomFrame
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.draft import Draft
from cafleet_tui.widgets.locked_composer import LockedComposer, PastComposer
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.screen_view import ScreenView
from cafleet_tui.widgets.timeline import Timeline


class ControlRoom(RoomFrame[None]):
    """Shows one session live, and passes the human's actions to the controllers."""

    BINDINGS = actions.bindings("room") + actions.bindings("plain_keys")
    AUTO_FOCUS = "Draft"

    def __init__(
        self,
        session: Session,
        open_source: OpenSource,
        settings: Settings,
        past: PastComposer | None = None,
    ) -> None:
        """With the composer of a replay no pane is asked for anything."""
        super().__init__()
        read_only = settings.read_only
        jobs = JobRunner(self, open_source)
        context = ScreenContext(
            self,
            RoomState(session),
            jobs,
            self.say,
            read_only=read_only,
            past=past is not None,
        )
        self._state = context.state
        composer = past or (LockedComposer() if read_only else Composer())
        self.regions = Regions(self, context.focus, composer)
        self.context = context
        """What the room does for its controllers."""
        self.controllers = Controllers(
            self, context, self.regions, open_source, settings
        )
        self._columns = settings.columns

    def action_run(self, action_id: str) -> None:
        """Run an action of the room, by its id."""
        if run := self.controllers.runs.get(action_id):
            run()
        else:
            words = f"{action_id} does nothing yet: give it a line in Controllers.runs"
            self.say(status_line.warning(words))

    @property
    def session(self) -> Session:
        """The session that is shown, as it was last read."""
        return self._state.session

    @property
    def settled(self) -> bool:
        """Whether the session, its panes and the filtered messages have been read."""
        return self.controllers.settled

    def compose(self) -> ComposeResult:
        """Lay out the regions."""
        yield from self.regions.compose()

    def on_mount(self) -> None:
        """Start the threads, and the clock for idle times."""
        self.controllers.show_columns(self._columns)
        self.controllers.start()
        self.set_interval(1.0, self.controllers.session.tick)

    def on_unmount(self) -> None:
        """Stop the threads."""
        self.controllers.stop()

    @on(events.Resize)
    def _fit(self) -> None:
        self.regions.fit()

    def say(self, outcome: Content) -> None:
        """Show an operation's outcome below the composer."""
        self.controllers.status.say(outcome)

    def note_input(self) -> None:
        """The human has pressed something, here or in what is open over the room."""
        self.controllers.absence.note_input()

    def refusal(self, action: Action, /) -> str | None:
        """Why an action is unavailable; None if it is available."""
        return self.controllers.refusal(action)

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """The regions of the room, each with the node that has its actions."""
        yield from (("room", self), ("plain_keys", self), ("acts", self))
        yield "members", self.regions.members
        yield "screen", self.regions.screen
        yield "timeline", self.regions.timeline
        yield "composer", self.regions.composer.draft

    @on(updates.FeedAdvanced)
    def _advance(self, event: updates.FeedAdvanced) -> None:
        self.controllers.session.advance(event)

    @on(updates.PanesSeen)
    def _see_panes(self, event: updates.PanesSeen) -> None:
        self.controllers.session.see_panes(event)

    @on(updates.TreesSeen)
    def _see_trees(self, event: updates.TreesSeen) -> None:
        self.controllers.session.see_trees(event)

    @on(updates.FeedTrouble)
    def _note_trouble(self, event: updates.FeedTrouble) -> None:
        self.controllers.session.note_trouble(event)

    @on(updates.FeedRecovered)
    def _note_recovery(self, event: updates.FeedRecovered) -> None:
        self.controllers.session.note_recovery(event)

    @on(updates.JobDone)
    def _end_job(self, event: updates.JobDone) -> None:
        event.deliver()

    @on(DraftFound)
    def _restore(self, event: DraftFound) -> None:
        self.controllers.composer.restore(event)

    @on(DraftUnkept)
    def _warn_of_crash(self, event: DraftUnkept) -> None:
        self.controllers.composer.warn_of_crash(event)

    @on(AcksWritten)
    def _note_acks(self, event: AcksWritten) -> None:
        self.controllers.inbox.note_written(event)

    @on(AcksFailed)
    def _note_unacked(self, event: AcksFailed) -> None:
        self.controllers.inbox.note_failed(event)

    @on(Composer.Submitted)
    def _send(self, event: Composer.Submitted) -> None:
        self.controllers.composer.send(event.outgoing)

    @on(Composer.Rewritten)
    def _keep(self, event: Composer.Rewritten) -> None:
        self.controllers.composer.keep(event.drafts)
        self.controllers.status.update_keys()

    @on(Composer.HistoryWanted)
    def _read_sent(self) -> None:
        self.controllers.composer.read_sent()

    @on(Draft.EditorWanted)
    def _edit(self) -> None:
        self.controllers.composer.edit()

    @on(Composer.Dismissed)
    def _leave(self) -> None:
        if self.regions.composer.draft.has_focus:  # a later key may have led elsewhere
            self.controllers.leave()

    @on(MemberList.Highlighted)
    def _select(self, event: MemberList.Highlighted) -> None:
        self.controllers.select(event.standing)

    @on(MemberList.Opened)
    def _zoom(self) -> None:
        self.regions.zoom()

    @on(MemberList.FilterWanted)
    def _filter(self, event: MemberList.FilterWanted) -> None:
        self.controllers.timeline.filter_by(event.standing.member.agent.agent_id)

    @on(MemberList.MentionWanted)
    def _mention(self, event: MemberList.MentionWanted) -> None:
        self.controllers.composer.write_to(event.standing.member.agent.name)

    @on(ScreenView.Watched)
    def _watch(self, event: ScreenView.Watched) -> None:
        self.controllers.session.watch(event.agent)

    @on(Timeline.PageWanted)
    def _read_page(self, event: Timeline.PageWanted) -> None:
        self.controllers.timeline.read_page(event.ask)

    @on(Timeline.FollowChanged)
    def _describe_timeline(self) -> None:
        self.controllers.timeline.describe()

    @on(Timeline.EntryChosen)
    def _open_entry(self, event: Timeline.EntryChosen) -> None:
        self.controllers.timeline.open_entry(event.entry)

    @on(Timeline.ReplyWanted)
    def _reply(self, event: Timeline.ReplyWanted) -> None:
        self.controllers.composer.reply(event.entry)

    @on(events.Click)
    def _look_at_keys_anew(self) -> None:
        self.refresh_bindings()  # the selection may have changed since
