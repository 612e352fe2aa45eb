"""Make the controllers of one room and connect them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from textual.screen import Screen

from cafleet_core.config.settings import Settings
from cafleet_tui.controllers.absence import AbsenceController
from cafleet_tui.controllers.alert import Alert
from cafleet_tui.controllers.answers import AnswersController
from cafleet_tui.controllers.arrangement import ArrangementController
from cafleet_tui.controllers.command_line import CommandLineController
from cafleet_tui.controllers.composer import ComposerController
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.controllers.files import FilesController
from cafleet_tui.controllers.inbox import InboxController
from cafleet_tui.controllers.members import MembersController
from cafleet_tui.controllers.reviews import ReviewsController
from cafleet_tui.controllers.screens import ScreensController
from cafleet_tui.controllers.search import SearchController
from cafleet_tui.controllers.session import SessionController
from cafleet_tui.controllers.status import StatusController
from cafleet_tui.controllers.team import TeamController
from cafleet_tui.controllers.timeline import TimelineController
from cafleet_tui.data import arrangement_file as arrangements
from cafleet_tui.data import last_seen, review_drafts, searches, templates
from cafleet_tui.data.ack_queue import AckQueue
from cafleet_tui.data.draft_store import DraftStore, path_of
from cafleet_tui.data.review_drafts import ReviewDrafts
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.updates import FeedUpdate, Receiver
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.columns import Column
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations.member_operations import ACTS
from cafleet_tui.screens.regions import Regions

_STEP = 4
"""Cells by which the list of members becomes wider or narrower."""


class Controllers:
    """The controllers of `room`; they reach each other through the callables passed here."""

    def __init__(
        self,
        room: Screen[None],
        context: RoomContext,
        regions: Regions,
        open_source: OpenSource,
        settings: Settings,
    ) -> None:
        self._regions, self._room = regions, room
        self._alert = _alert(room, settings)
        self.session = SessionController(
            *(context, open_source, room, settings.thresholds),
            *(self._show_entries, self._show_state),
        )
        self.members = MembersController(
            context,
            regions.members,
            regions.screen,
            regions.act_panel,
            lambda standing: self.answers.is_given(standing),
            lambda operation: self.answers.carry_out(operation),
            lambda operation, text: self.screens.show_capture(operation, text),
        )
        look = self.session.pane_watch.look
        self.answers = AnswersController(context, self.members, look)
        self._know_team(context, regions, settings)
        self.composer = _composer(context, regions, settings, room)
        self.files = FilesController(context, settings.viewer)
        self.timeline = TimelineController(
            *(context, regions.timeline, self.session.feed.show),
            *(self.composer.reply, self.files),
        )
        self._open_over_it(context, regions, open_source, settings)
        self.status = StatusController(
            *(context, regions.status, regions.outcome),
            *(self._alert.see, self.refusal, room.refresh_bindings),
        )
        self.runs = self._runs()
        """The function that runs each action, by action id."""

    def _open_over_it(
        self,
        context: RoomContext,
        regions: Regions,
        open_source: OpenSource,
        settings: Settings,
    ) -> None:
        """Make what stands over the room or above its timeline."""
        self.search = SearchController(
            context, self.timeline, _kept(settings, searches.path_of)
        )
        acks = AckQueue(open_source, context.state.session, self._room)
        after = self.timeline.after_detail
        self.inbox = InboxController(
            context, acks, self.composer.reply, after, self.files
        )
        session_id = context.state.session.session_id
        seen = _kept(settings, lambda folder: last_seen.path_of(folder, session_id))
        self.absence = AbsenceController(context, regions.absence, seen)
        self.command_line = CommandLineController(context, settings.registry)
        kept = _kept(settings, lambda folder: review_drafts.path_of(folder, session_id))
        self.reviews = ReviewsController(
            *(context, lambda: self.members.selected, ReviewDrafts(kept)),
            self.files.view,
        )
        self.screens = ScreensController(
            *(context, regions.members, regions.screen),
            *(self.session.pane_watch.watch_also, regions.zoom, self.answers.visit),
        )

    def _know_team(
        self, context: RoomContext, regions: Regions, settings: Settings
    ) -> None:
        """Make what knows the team as a whole, and how it is listed."""
        self.team = TeamController(context, lambda: self.members.selected)
        session_id = context.state.session.session_id
        path = _kept(settings, lambda folder: arrangements.path_of(folder, session_id))
        self.arrangement = ArrangementController(
            context, regions.members, regions.widen, path
        )

    def _runs(self) -> Mapping[str, Callable[[], None]]:
        digits = range(1, 10)
        return {
            "room.members": self._regions.go_to_members,
            "room.screen": self._regions.zoom,
            "room.questions": self.answers.open_queue,
            "room.search": self.search.open,
            "room.inbox": self.inbox.open,
            "plain_keys.absence": self.absence.show,
            "plain_keys.command": self.command_line.open,
            "plain_keys.compose": self._regions.go_to_composer,
            "plain_keys.leave": self.leave,
            "room.grid": self.screens.open_grid,
            "screen.find": self.screens.find,
            "screen.next": partial(self.screens.go, 1),
            "screen.previous": partial(self.screens.go, -1),
            "members.detail": self.team.show_detail,
            "members.create": self.team.ask_for_member,
            "members.note": self.team.ask_for_note,
            "members.pin": self.arrangement.turn_pin,
            "members.order": self.arrangement.go_to_next_order,
            "members.find": self.arrangement.open_filter,
            "plain_keys.wider": partial(self.arrangement.widen, _STEP),
            "plain_keys.narrower": partial(self.arrangement.widen, -_STEP),
            "members.adopt": self.team.ask_for_stray,
            "timeline.ack": self.timeline.ack_selected,
            "composer.aside": self.composer.set_aside,
            "composer.template": self.composer.offer_templates,
            "composer.take_back": self.composer.take_back,
            "timeline.parent": self.search.go_to_parent,
            "timeline.thread": self.search.show_thread,
            "timeline.time": self.timeline.ask_for_time,
            "acts.diff": self.reviews.open,
            **{f"acts.{verb}": partial(self.members.operate, verb) for verb in ACTS},
            **{
                f"acts.answer{digit}": partial(self.answers.answer_selected, digit)
                for digit in digits
            },
        }

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Show these columns in the list of members, and read what they need."""
        columns = tuple(map(Column, names))
        self._regions.members.columns = columns
        self.session.show_columns(columns)

    def leave(self) -> None:
        """Close the zoomed screen, else remove a filter, else focus the composer."""
        if not (
            self._regions.unzoom()
            or self.arrangement.leave_filter()
            or self.timeline.leave_filter()
        ):
            self._regions.go_to_composer()

    @property
    def settled(self) -> bool:
        """Whether the session, its panes and the filtered messages have been read."""
        shown = self.timeline.wanted == self.session.feed.wanted
        return self.session.settled and shown

    def start(self) -> None:
        """Start the threads, and show what is known."""
        self.timeline.describe()
        self.session.start()
        self.composer.start()
        self.absence.start()
        self.search.start()
        self.arrangement.start()

    def stop(self) -> None:
        """Store the drafts and acks, stop the threads, and restore the terminal."""
        self.composer.stop()
        self.inbox.stop()
        self.absence.stop()
        self.session.stop()
        self._alert.end()

    def refusal(self, action: Action) -> str | None:
        """Why an action is unavailable, by its controller; None if it is available."""
        match action.region:
            case "composer":
                return self.composer.refusal(action)
            case "timeline":
                return self.timeline.refusal(action) or self.search.refusal(action)
            case "members" | "acts":
                return (
                    self.members.refusal(action)
                    or self.team.refusal(action)
                    or self.arrangement.refusal(action)
                )
            case "screen":
                return self.screens.refusal(action)
            case "room" | "plain_keys":
                return (
                    self.inbox.refusal(action)
                    or self.absence.refusal(action)
                    or self.command_line.refusal(action)
                )
        return None

    def select(self, standing: Standing | None) -> None:
        """Show the selected member and the operations on it."""
        if self.members.select(standing):
            self.status.update_keys()

    def _show_entries(self, update: FeedUpdate) -> None:
        self.timeline.show(update)
        self.absence.note_change()
        learned = self.composer.learn_agents()
        if learned or update.whole or self.timeline.has_selected:
            self.status.update_keys()

    def _show_state(self) -> None:
        self.members.show()
        self.answers.show()
        self.screens.show()
        self.inbox.show()
        self.absence.tick()
        self.status.show()


def _alert(room: Screen[None], settings: Settings) -> Alert:
    """The alert through the terminal that the room is in."""

    def write(sequence: str) -> None:
        driver = room.app._driver  # Textual has no public way for it
        if driver is not None and not room.app.is_headless:
            driver.write(sequence)

    inside_tmux = "TMUX" in os.environ
    return Alert(settings, room.app.bell, write, inside_tmux=inside_tmux)


def _composer(
    context: RoomContext, regions: Regions, settings: Settings, receiver: Receiver
) -> ComposerController:
    """The composer's controller, with the human's drafts and templates."""
    drafts = _drafts(context, settings, receiver)
    file = settings.rules_file
    folder = templates.folder_of(file) if file else ""
    return ComposerController(context, regions.composer, drafts, folder)


def _drafts(
    context: RoomContext, settings: Settings, receiver: Receiver
) -> DraftStore | None:
    """The store of this session's unsent drafts, if there is one."""
    if context.read_only or not settings.state_folder:
        return None
    session_id = context.state.session.session_id
    return DraftStore(path_of(settings.state_folder, session_id), receiver)


def _kept(settings: Settings, path_of: Callable[[str], str]) -> str | None:
    """The path of a file in the state folder, if there is one."""
    return path_of(settings.state_folder) if settings.state_folder else None
