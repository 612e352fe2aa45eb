"""The room's widgets: which of them a size shows, and which are shown on demand."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from cafleet_tui.screens.room_frame import BESIDE_FROM, STRIP_BELOW, VAST_FROM
from cafleet_tui.widgets.absence_panel import AbsencePanel
from cafleet_tui.widgets.act_panel import ActPanel
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.screen_view import ScreenView
from cafleet_tui.widgets.status_bar import KeyLine, Line, StatusBar
from cafleet_tui.widgets.timeline import Timeline

_USUAL, _VAST, _LEAST = 46, 62, 30
"""Cells of the list of members by itself, from `VAST_FROM` columns on, and at least."""


class Regions:
    """The widgets of `room`, with this composer.

    `focus` focuses a widget, or does so when it is shown.
    """

    def __init__(
        self,
        room: Screen[None],
        focus: Callable[[Widget], None],
        composer: Composer,
    ) -> None:
        self._room = room
        self._focus = focus
        self.status = StatusBar(id="status")
        self.members = MemberList()
        self.absence = AbsencePanel()
        self.timeline = Timeline(id="timeline")
        self.screen = ScreenView()
        self.act_panel = ActPanel()
        self.composer = composer
        self.outcome = Line(id="outcome")
        self._body = Container(id="body")
        self._side = Vertical(id="side")
        self._wider = 0

    def compose(self) -> ComposeResult:
        """Lay out the regions; the styles decide which of them a size shows."""
        yield self.status
        with self._body:
            yield self.members
            with Vertical(id="centre"):
                yield self.absence
                yield self.timeline
            with self._side:
                yield self.screen
                yield self.act_panel
        yield self.composer
        yield self.outcome
        yield KeyLine()
        yield Static("pane too small", id="too-small")

    def fit(self) -> None:
        """Make the member list a strip if there is no room for a column."""
        self.members.strip = self._room.size.width < STRIP_BELOW
        self._set_widths()
        self._room.call_after_refresh(self._focus_something)

    def widen(self, cells: int) -> None:
        """Give the list of members so many cells more than its size does, where it is a column."""
        self._wider = cells
        self._set_widths()

    def _set_widths(self) -> None:
        """Have the list as wide as wanted, and the screen below it, where that stands there."""
        whole = self._room.size.width
        usual = _VAST if whole >= VAST_FROM else _USUAL
        wanted: int | None = max(_LEAST, min(usual + self._wider, whole // 2))
        if not self._wider or self.members.strip:
            wanted = None
        stacked = whole < BESIDE_FROM and not self._room.has_class("-zoomed")
        below = wanted if stacked else None
        self.members.styles.width = wanted
        self._body.styles.grid_columns = f"{below} 1fr" if below else None
        self._side.styles.width = self._side.styles.min_width = below

    def _focus_something(self) -> None:
        """Focus the composer after a size in which nothing could have the focus."""
        if self._room.focused is None:
            self._focus(self.composer.draft)

    def go_to_members(self) -> None:
        """Focus the member list, showing it if the size or a zoomed screen hides it."""
        self._room.remove_class("-zoomed")
        self._room.add_class("-members")
        self._focus(self.members)

    def zoom(self) -> None:
        """Show the member's screen over the whole room, or put it back."""
        if not self.unzoom():
            self._room.add_class("-zoomed")
            self._set_widths()
            self._focus(self.screen)

    def unzoom(self) -> bool:
        """Put the member's screen back; whether it was shown over the room."""
        zoomed = self._room.has_class("-zoomed")
        if zoomed:
            self._room.remove_class("-zoomed")
            self._set_widths()
            self._focus(self.members)
        return zoomed

    def go_to_composer(self) -> None:
        """Focus the composer, and hide what a small size shows on demand."""
        self._room.remove_class("-zoomed", "-members")
        self._focus(self.composer.draft)
