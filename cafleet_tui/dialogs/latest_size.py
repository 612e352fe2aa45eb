"""Screens that are laid out for the size which the terminal has now."""

from __future__ import annotations

from textual import events
from textual.screen import Screen, ScreenResultType


class LatestSize(Screen[ScreenResultType]):
    """A screen that leaves out sizes which the terminal has no more.

    Textual's posts itself the size of each layout. Two sizes that wait in its queue at
    once, with another message between them, would be laid out in turn for ever.
    """

    def on_resize(self, event: events.Resize) -> None:
        """Prevent a layout for a former size; one for the present size is on its way."""
        if event.size != self.app.size:
            event.prevent_default()
