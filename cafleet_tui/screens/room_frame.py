"""The frame of the control room: its regions' places and titles, before anything has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container, Vertical
from textual.screen import ScreenResultType
from textual.widgets import Static

from cafleet_tui.dialogs.latest_size import LatestSize
from cafleet_tui.screens.changed_regions import ChangedRegions

if TYPE_CHECKING:
    from textual.app import ComposeResult

STRIP_BELOW = 100
"""Columns below which the members become a strip."""

BESIDE_FROM, VAST_FROM = 160, 180
"""Columns from which a screen stands beside the timeline, and rows of members have all columns."""

WIDTHS = [
    (0, "-tiny"),
    (40, "-narrow"),
    (80, "-compact"),
    (STRIP_BELOW, "-medium"),
    (BESIDE_FROM, "-wide"),
    (VAST_FROM, "-vast"),
]
"""The columns from which the room has each class."""

HEIGHTS = [(0, "-flat"), (10, "-short"), (22, "-tall"), (34, "-high")]
"""The lines from which the room has each class."""


class RoomFrame(LatestSize[ScreenResultType]):
    """A screen whose regions stand where its size has them."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._compositor = ChangedRegions()


class Opening(RoomFrame[None]):
    """The empty frame, shown while the room is imported, which takes longer than to draw it."""

    def compose(self) -> ComposeResult:
        """Lay out empty regions."""
        yield Static(id="status")
        with Container(id="body"):
            yield _titled("members", "Members")
            with Vertical(id="centre"):
                yield _titled("timeline", "Timeline")
            with Vertical(id="side"):
                yield _titled("screen", "")
        yield _titled("composer", "")
        yield Static(id="keys")


def _titled(region: str, title: str) -> Static:
    frame = Static(id=region)
    frame.border_title = title
    return frame
