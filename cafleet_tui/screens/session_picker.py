"""The sessions of the registry, to open one or to start another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.getters import query_one
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cafleet_core import clock
from cafleet_core.errors import CafleetError
from cafleet_core.records import Session
from cafleet_core.requests import StartRequest, UpRequest
from cafleet_core.views import SessionSummary
from cafleet_tui.data.jobs import using
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.updates import Founded, FoundFailed, SessionsRead
from cafleet_tui.dialogs.closing_once import Passing
from cafleet_tui.dialogs.new_session import NewSession
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.keys.keyed_app import shown
from cafleet_tui.operations import create_session, member_operations
from cafleet_tui.render import session as render
from cafleet_tui.widgets.status_bar import KeyLine, Line

READ_EVERY = 1.0
"""Seconds between two looks at the sessions."""

_BLANK = UpRequest(None, StartRequest("claude"))


class Picked(NamedTuple):
    """The session to open, and what is to be said there."""

    session: Session
    outcome: Content | None = None


class SessionPicker(Passing[Picked | None]):
    """Lists the sessions, read anew every second; dismissed with the one that is opened.

    With a room to go back to, Esc dismisses it with None. Where it is `read_only`, no
    session is started.
    """

    BINDINGS = actions.bindings("picker")

    options = query_one(OptionList)
    empty = query_one("#no-sessions", Static)
    header = query_one("#sessions-header", Static)
    outcome = query_one("#outcome", Line)

    def __init__(self, open_source: OpenSource, *, read_only: bool = False) -> None:
        super().__init__()
        self._open_source = open_source
        self._read_only = read_only
        self._deleted = False
        self._shown: tuple[SessionSummary, ...] = ()
        self._reading = False
        self._wish = _BLANK
        self.settled = False

    def compose(self) -> ComposeResult:
        """Lay out the list, and the hint that takes its place."""
        with Vertical(id="sessions") as box:
            box.border_title = "Sessions"
            box.border_subtitle = f"{shown(self, 'picker.open')[0]} opens"
            yield Static(id="sessions-header")
            yield OptionList(markup=False)
            yield Static(id="no-sessions")
        with Vertical(id="foot"):
            yield Line(id="outcome")
            yield KeyLine()

    def on_mount(self) -> None:
        """Read the sessions now and from now on."""
        self.read()
        self.set_interval(READ_EVERY, self.read)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.call_after_refresh(self._fill)

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """The region of the picker, and the node whose actions it has."""
        yield "picker", self

    def hindrance(self, action: Action, /) -> str | None:
        """Why an action cannot work now; None where it can."""
        if action.id == "picker.new" and self._read_only:
            return member_operations.READ_ONLY
        if action.id == "picker.open" and not self._shown:
            return "there is no session"
        if action.id == "picker.back" and not self._is_over_a_room:
            return "no session is open"
        return None

    def tell(self, outcome: Content) -> None:
        """Say what became of something, below the list."""
        self.outcome.say(outcome)

    def read(self) -> None:
        """Read the sessions, unless that is still going on or nobody looks."""
        if not self._reading and self.is_current:
            self._reading = True
            self._read(self._deleted)

    @work(thread=True, group="sessions", exit_on_error=False)
    def _read(self, deleted: bool) -> None:
        try:
            with using(self._open_source) as source:
                self.post_message(SessionsRead(tuple(source.sessions(deleted))))
        except CafleetError as error:
            self.post_message(SessionsRead((), error.message))

    @on(SessionsRead)
    def _show(self, event: SessionsRead) -> None:
        self._reading = False
        self.settled = True
        self._shown = event.summaries
        key = shown(self, "picker.new")[0]
        self.empty.update(render.empty(event.trouble, None if self._read_only else key))
        self._fill()
        self.refresh_bindings()

    def _fill(self) -> None:
        width = self.options.size.width - 2
        at = clock.now()
        before = self.options.highlighted_option
        self.set_class(not self._shown, "-none")
        self.header.update(render.header(width))
        rows = [render.row(summary, width, at) for summary in self._shown]
        self.options.set_options(
            Option(row, id=summary.session.session_id)
            for row, summary in zip(rows, self._shown, strict=True)
        )
        ids = [summary.session.session_id for summary in self._shown]
        kept = ids.index(before.id) if before and before.id in ids else 0
        self.options.highlighted = kept if rows else None

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(Picked(self._shown[event.option_index].session))

    @property
    def _is_over_a_room(self) -> bool:
        return len(self.app.screen_stack) > 2

    def action_open(self) -> None:
        """Open the highlighted session."""
        self.options.action_select()

    def action_back(self) -> None:
        """Go back to the room that was open."""
        if self._is_over_a_room:
            self.dismiss(None)

    def action_deleted(self) -> None:
        """Show deleted sessions too, or hide them again."""
        self._deleted = not self._deleted
        self.read()

    def action_found(self) -> None:
        """Ask what a new session is to be; what failed last time is still filled in."""
        self.app.push_screen(NewSession(self._wish), self._found)

    def _found(self, wish: UpRequest | None) -> None:
        if wish is not None:
            self._wish = wish
            self.tell(render.founding(wish))
            self._start(wish)

    @work(thread=True, group="found", exit_on_error=False)
    def _start(self, wish: UpRequest) -> None:
        try:
            with using(self._open_source) as source:
                raised = source.found(wish)
        except CafleetError as error:
            self.post_message(FoundFailed(wish, error.message))
        else:
            self.post_message(Founded(wish, raised))

    @on(Founded)
    def _enter(self, event: Founded) -> None:
        self._wish = _BLANK
        command = create_session.twin(event.wish)
        told = render.founded(event.wish, event.raised, command)
        self.tell(told)
        if self.is_current:
            self.dismiss(Picked(event.raised.session, told))

    @on(FoundFailed)
    def _stay(self, event: FoundFailed) -> None:
        command = create_session.twin(event.wish)
        self.tell(render.not_founded(event.wish, event.text, command))
