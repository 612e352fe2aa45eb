"""The sessions of the registry, to open one or to start another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Static

from cafleet_core.errors import CafleetError
from cafleet_core.records import Session
from cafleet_core.requests import StartRequest, UpRequest, UpResult
from cafleet_core.views import SessionSummary
from cafleet_tui.data.jobs import JobRunner
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.updates import JobDone
from cafleet_tui.dialogs.closing_once import ClosesOnce
from cafleet_tui.dialogs.new_session import NewSession
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.keys.keyed_app import shown
from cafleet_tui.operations import create_session, member_operations
from cafleet_tui.render import session as render
from cafleet_tui.widgets.session_list import SessionList
from cafleet_tui.widgets.status_bar import KeyLine, Line

READ_EVERY = 1.0
"""Seconds between two looks at the sessions."""

_BLANK = UpRequest(None, StartRequest("claude"))


class Picked(NamedTuple):
    """The session to open, and an outcome to show there."""

    session: Session
    outcome: Content | None = None


class SessionPicker(ClosesOnce[Picked | None]):
    """Lists the sessions, read anew every second; dismissed with the one to open.

    Those in which somebody waits come first. If a room is open below, Esc dismisses it with None. If `read_only`, no session can be
    started.
    """

    BINDINGS = actions.bindings("picker")

    def __init__(self, open_source: OpenSource, *, read_only: bool = False) -> None:
        super().__init__()
        self.sessions = SessionList()
        self._empty = Static(id="no-sessions")
        self._outcome = Line(id="outcome")
        self._jobs = JobRunner(self, open_source)
        self._read_only = read_only
        self._deleted = False
        self._reading = False
        self._request = _BLANK
        self.settled = False

    def compose(self) -> ComposeResult:
        """Lay out the list, and the hint for an empty one."""
        with Vertical(id="sessions") as box:
            box.border_title = "Sessions"
            box.border_subtitle = f"{shown(self, 'picker.open')[0]} opens"
            yield self.sessions
            yield self._empty
        with Vertical(id="foot"):
            yield self._outcome
            yield KeyLine()

    def on_mount(self) -> None:
        """Read the sessions now and every second, and where they work once."""
        self.read()
        self.set_interval(READ_EVERY, self.read)
        self._jobs.run(
            "folders",
            lambda source: source.folders(),
            self.sessions.show_folders,
            lambda _error: None,  # the list says itself what cannot be read
        )

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """The region of the picker, and the node that has its actions."""
        yield "picker", self

    def refusal(self, action: Action, /) -> str | None:
        """Why an action is unavailable; None if it is available."""
        if action.id == "picker.new" and self._read_only:
            return member_operations.READ_ONLY
        if action.id == "picker.open" and not self.sessions.shown:
            return "there is no session"
        closes = self._is_over_a_room or self.sessions.is_filtered
        if action.id == "picker.back" and not closes:
            return "no session is open"
        return None

    def say(self, outcome: Content) -> None:
        """Show an outcome below the list."""
        self._outcome.say(outcome)

    def read(self) -> None:
        """Read the sessions, unless a read is still running or the picker is not shown."""
        if not self._reading and self.is_current:
            self._reading = True
            deleted = self._deleted
            self._jobs.run(
                "sessions",
                lambda source: source.sessions(deleted),
                lambda summaries: self._show(summaries, None),
                lambda error: self._show((), error.message),
            )

    def _show(self, summaries: Sequence[SessionSummary], why: str | None) -> None:
        """List these sessions; `why` says that they cannot be read."""
        self._reading = False
        self.settled = True
        key = shown(self, "picker.new")[0]
        self._empty.update(render.empty(why, None if self._read_only else key))
        self.set_class(not summaries, "-none")
        self.sessions.show(summaries)
        self.refresh_bindings()

    @on(SessionList.Chosen)
    def _open(self, event: SessionList.Chosen) -> None:
        self.dismiss(Picked(event.session))

    @property
    def _is_over_a_room(self) -> bool:
        return len(self.app.screen_stack) > 2

    def action_open(self) -> None:
        """Open the highlighted session."""
        self.sessions.open()

    def action_back(self) -> None:
        """Clear the filter, else go back to the room that was open."""
        if self.sessions.is_filtered:
            self.sessions.clear_filter()
        elif self._is_over_a_room:
            self.dismiss(None)

    def action_filter(self) -> None:
        """Have what is typed from now on looked for in the lines."""
        self.sessions.filter()

    def action_move(self, rows: int) -> None:
        """Mark the session above or below."""
        self.sessions.move(rows)

    def action_deleted(self) -> None:
        """Show deleted sessions too, or hide them again."""
        self._deleted = not self._deleted
        self.read()

    def action_new_session(self) -> None:
        """Open the form for a new session; after a failure its fields are still filled in."""
        self.app.push_screen(NewSession(self._request), self._create)

    def _create(self, request: UpRequest | None) -> None:
        if request is None:
            return
        self._request = request
        self.say(render.creating(request))
        self._jobs.run(
            "create",
            lambda source: source.create_session(request),
            partial(self._enter, request),
            partial(self._stay, request),
        )

    def _enter(self, request: UpRequest, started: UpResult) -> None:
        self._request = _BLANK
        command = create_session.cli_equivalent(request)
        outcome = render.created(request, started, command)
        self.say(outcome)
        if self.is_current:
            self.dismiss(Picked(started.session, outcome))

    def _stay(self, request: UpRequest, error: CafleetError) -> None:
        command = create_session.cli_equivalent(request)
        self.say(render.not_created(request, error.message, command))

    @on(JobDone)
    def _end_job(self, event: JobDone) -> None:
        event.deliver()
