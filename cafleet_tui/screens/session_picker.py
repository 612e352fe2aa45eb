"""The sessions of the registry, to open one."""

from __future__ import annotations

from contextlib import closing

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cafleet_core import clock
from cafleet_core.errors import CafleetError
from cafleet_core.records import Session, SessionSummary
from cafleet_tui import actions
from cafleet_tui.messages import SessionsRead
from cafleet_tui.render import session as render
from cafleet_tui.source import OpenSource
from cafleet_tui.widgets.status_bar import KeyLine

READ_EVERY = 1.0
"""Seconds between two looks at the sessions."""


class SessionPicker(Screen[Session | None]):
    """Lists the sessions, read anew every second; dismissed with the one that is opened.

    With a room to go back to, Esc dismisses it with None.
    """

    BINDINGS = actions.bindings("picker")

    options = query_one(OptionList)
    empty = query_one("#no-sessions", Static)
    header = query_one("#sessions-header", Static)

    def __init__(self, open_source: OpenSource) -> None:
        super().__init__()
        self._open_source = open_source
        self._deleted = False
        self._shown: tuple[SessionSummary, ...] = ()
        self._reading = False
        self.settled = False

    def compose(self) -> ComposeResult:
        """Lay out the list, and the hint that takes its place."""
        with Vertical(id="sessions") as box:
            box.border_title = "Sessions"
            box.border_subtitle = "Enter opens"
            yield Static(id="sessions-header")
            yield OptionList(markup=False)
            yield Static(id="no-sessions")
        yield KeyLine()

    def on_mount(self) -> None:
        """Read the sessions now and from now on."""
        self.read()
        self.set_interval(READ_EVERY, self.read)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.call_after_refresh(self._fill)

    def read(self) -> None:
        """Read the sessions, unless that is still going on or nobody looks."""
        if not self._reading and self.is_current:
            self._reading = True
            self._read(self._deleted)

    @work(thread=True, group="sessions", exit_on_error=False)
    def _read(self, deleted: bool) -> None:
        try:
            with closing(self._open_source()) as source:
                self.post_message(SessionsRead(tuple(source.sessions(deleted))))
        except CafleetError as error:
            self.post_message(SessionsRead((), error.message))

    @on(SessionsRead)
    def _show(self, event: SessionsRead) -> None:
        self._reading = False
        self.settled = True
        self._shown = event.summaries
        self.empty.update(render.empty(event.trouble))
        self._fill()

    def _fill(self) -> None:
        width = self.options.size.width - 2
        at = clock.now()
        highlighted = self.options.highlighted or 0
        self.set_class(not self._shown, "-none")
        self.header.update(render.header(width))
        rows = [render.row(summary, width, at) for summary in self._shown]
        self.options.set_options(
            Option(row, id=summary.session.session_id)
            for row, summary in zip(rows, self._shown, strict=True)
        )
        self.options.highlighted = min(highlighted, len(rows) - 1) if rows else None

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index].session)

    def action_open(self) -> None:
        """Open the highlighted session."""
        self.options.action_select()

    def action_back(self) -> None:
        """Go back to the room that was open."""
        if len(self.app.screen_stack) > 2:
            self.dismiss(None)

    def action_deleted(self) -> None:
        """Show deleted sessions too, or hide them again."""
        self._deleted = not self._deleted
        self.read()
