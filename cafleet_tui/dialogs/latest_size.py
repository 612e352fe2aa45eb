"""Screens that are laid out only for the terminal's current size."""

from __future__ import annotations

from textual import events
from textual.screen import Screen, ScreenResultType


class LatestSize(Screen[ScreenResultType]):
    """A screen that skips sizes which the terminal no longer has.

    Textual's posts itself the size of each layout. Two sizes in its queue at once, with
    another message between them, would be laid out in turn for ever.
    """

    def on_resize(self, event: events.Resize) -> None:
        """Skip a layout for an earlier size; one for the current size follows."""
        if event.size != self.app.size:
            event.prevent_default()
