"""The sessions with who waits in each, and a filter over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cafleet_core import clock
from cafleet_core.records import Session
from cafleet_core.views import SessionSummary
from cafleet_tui.render import session_row
from cafleet_tui.widgets.fields import LineField
from cafleet_tui.widgets.page_list import PageList


class SessionList(Vertical):
    """Lists sessions in the order in which they are given; posts the one that is chosen.

    What is typed into the filter is looked for in all that a line tells.
    """

    class Chosen(Message):
        """A session was chosen."""

        def __init__(self, session: Session) -> None:
            super().__init__()
            self.session = session

    def __init__(self) -> None:
        super().__init__()
        self.options = PageList(markup=False)
        self._header = Static(id="sessions-header")
        self._filter = LineField(id="sessions-filter", placeholder="filter")
        self._show_filter(False)
        self._listed: tuple[SessionSummary, ...] = ()
        self.shown: tuple[SessionSummary, ...] = ()
        """The sessions that fit the filter."""
        self._folders: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out the filter, the names of the columns and the list."""
        yield self._filter
        yield self._header
        yield self.options

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is open."""
        return self._filter.display

    def show(self, summaries: Sequence[SessionSummary]) -> None:
        """List these sessions; the marked one stays marked wherever it comes to stand."""
        self._listed = tuple(summaries)
        self._fill()

    def show_folders(self, folders: Mapping[str, str]) -> None:
        """Show in which folder each session works, by session id."""
        self._folders = folders
        self._fill()

    def filter(self) -> None:
        """Have what is typed from now on looked for."""
        self._show_filter(True)
        self._filter.focus()

    def clear_filter(self) -> None:
        """List all sessions again."""
        self._filter.value = ""
        self._show_filter(False)
        self.options.focus()

    def _show_filter(self, shown: bool, /) -> None:
        # one that is hidden would still be offered the focus when the list has lost it
        self._filter.display = self._filter.can_focus = shown

    def open(self) -> None:
        """Choose the marked session."""
        self.options.action_select()

    def move(self, rows: int) -> None:
        """Mark the session above or below."""
        if rows < 0:
            self.options.action_cursor_up()
        else:
            self.options.action_cursor_down()

    @on(events.Resize)
    def _fit(self) -> None:
        self.call_after_refresh(self._fill)

    @on(Input.Changed)
    def _fill(self) -> None:
        words = self._filter.value
        self.shown = tuple(
            summary
            for summary in self._listed
            if session_row.fits(summary, self._folder(summary), words)
        )
        width, at = self.options.size.width - 2, clock.now()
        before = self.options.highlighted_option
        self._header.update(session_row.header(width))
        self.options.set_options(
            Option(
                session_row.row(summary, width, at, self._folder(summary)),
                id=summary.session.session_id,
            )
            for summary in self.shown
        )
        ids = [summary.session.session_id for summary in self.shown]
        kept = ids.index(before.id) if before and before.id in ids else 0
        self.options.highlighted = kept if ids else None

    def _folder(self, summary: SessionSummary) -> str:
        return self._folders.get(summary.session.session_id, "")

    @on(Input.Submitted)
    def _open(self) -> None:
        self.open()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        for summary in self.shown:  # the list may have been read anew since
            if summary.session.session_id == event.option_id:
                self.post_message(self.Chosen(summary.session))
