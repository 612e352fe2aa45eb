"""Screens that ignore a second `dismiss`."""

from __future__ import annotations

from contextlib import suppress

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.errors import NoWidget
from textual.screen import ScreenResultType
from textual.widgets import Input

from cafleet_tui.dialogs.latest_size import LatestSize


class ClosesOnce(LatestSize[ScreenResultType]):
    """A screen that is dismissed once: in Textual a second time would close the screen below."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Go back to the screen below, with a result for the caller."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Palette(CommandPalette, ClosesOnce[None]):
    """The palette; a search that is still running when it closes is dropped."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Go back to the screen below."""
        self.workers.cancel_node(self)
        return super().dismiss(result)

    def _action_command_list(self, action: str) -> None:
        # a page key may come before the lines of the list are laid out, which Textual looks for
        with suppress(LookupError, NoMatches):
            super()._action_command_list(action)

    def on_click(self, event: events.Click) -> None:
        """Leave out a click where nothing is any more: Textual asks what is there."""
        try:
            self.get_widget_at(event.screen_x, event.screen_y)
        except NoWidget:
            event.prevent_default()

    @on(Input.Changed)
    def _look_no_more(self, event: Input.Changed) -> None:
        if not self.is_active:
            event.prevent_default()
