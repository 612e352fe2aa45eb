"""Every key of the control room, made from the registry of actions."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys.actions import REGIONS, Action, bindings, in_region
from cafleet_tui.keys.keyed_app import shown

_KEYS_WIDTH = 16

_WIDEST, _AROUND = 100, 10
"""Cells that a sheet may have, and those of it and around it that hold no text."""


class Help(Dialog[None]):
    """Lists the actions by the regions in which their keys work, those of `first` at the top."""

    REGION = "help"
    HINTED = ("help.close",)
    BINDINGS = bindings(REGION)

    def __init__(self, first: str = "") -> None:
        super().__init__()
        order = sorted(REGIONS, key=lambda region: region != first)
        self._blocks = {region: Static(classes="facts") for region in order}

    def compose(self) -> ComposeResult:
        """Lay out one block a region."""
        with self.sheet:
            self.sheet.border_title = "Keys"
            self.sheet.border_subtitle = self.hint()
            with VerticalScroll():
                yield from self._blocks.values()

    @on(events.Resize)
    def _fit(self) -> None:
        """Show each action's command where its line has room for it."""
        room = min(self.size.width, _WIDEST) - _AROUND
        for region, heading in REGIONS.items():
            self._blocks[region].update(self._block(region, heading, room))

    def _block(self, region: str, heading: str, room: int) -> Content:
        lines = [Content.styled(heading, "bold $primary")]
        lines += [self._line(action, room) for action in in_region(region)]
        return Content("\n").join(lines)

    def _line(self, action: Action, room: int) -> Content:
        keys = " ".join(shown(self, action.id))
        line = Content.assemble(
            ("  " + keys.ljust(_KEYS_WIDTH), "bold"), action.tooltip
        )
        command = Content.styled(f"  $ {action.command}", "$text-muted")
        fits = line.cell_length + command.cell_length <= room
        return line + command if action.command and fits else line
