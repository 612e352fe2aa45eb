"""Every key and sign of the control room, those that work here first, filtered as one types."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from cafleet_tui.dialogs.scrolled import Scrolled
from cafleet_tui.keys.actions import bindings
from cafleet_tui.keys.keyed_app import shown
from cafleet_tui.render import help as render
from cafleet_tui.widgets.fields import LineField

_WIDEST, _AROUND = 100, 6
"""Cells that a sheet may have, and those of it and around it that hold no text."""


class Help(Scrolled[None]):
    """Lists the actions by the regions in which their keys work, those of `here` at the top."""

    REGION = "help"
    HINTED = ("help.close", "help.page_down")
    BINDINGS = bindings(REGION)

    def __init__(self, here: Sequence[str] = ()) -> None:
        super().__init__()
        self._here = tuple(here)
        self._sought = LineField(placeholder="type to find a key or a sign")
        self.view.can_focus = False  # the keys are for the field
        self._text = Static(classes="facts")

    def compose(self) -> ComposeResult:
        """Lay out the field for what is sought, above all that is there."""
        with self.sheet:
            self.sheet.border_title = render.TITLE
            self.sheet.border_subtitle = self.hint()
            yield self._sought
            with self.view:
                yield self._text

    @on(events.Resize)
    @on(Input.Changed)
    def _show(self) -> None:
        """Show what has the words, each action's command where its line has room for it."""
        room = min(self.size.width, _WIDEST) - _AROUND
        self._text.update(
            render.document(
                self._here, self._sought.value, lambda each: shown(self, each), room
            )
        )
