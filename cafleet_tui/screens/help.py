"""Every key of the control room, made from the registry of actions."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cafleet_tui.actions import REGIONS, Action, bindings, in_region
from cafleet_tui.keyed import shown
from cafleet_tui.screens.dialog import Dialog

_KEYS_WIDTH = 20


class Help(Dialog[None]):
    """Lists the actions under the regions in which their keys work."""

    REGION = "help"
    HINTED = ("help.close",)
    BINDINGS = bindings(REGION)

    def compose(self) -> ComposeResult:
        """Lay out one block a region."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Keys"
            sheet.border_subtitle = self.hint()
            with VerticalScroll():
                for region, heading in REGIONS.items():
                    yield Static(self._block(region, heading), classes="facts")

    def _block(self, region: str, heading: str) -> Content:
        lines = [Content.styled(heading, "bold $primary")]
        lines += [self._line(action) for action in in_region(region)]
        return Content("\n").join(lines)

    def _line(self, action: Action) -> Content:
        keys = " ".join(shown(self, action.id))
        parts = [("  " + keys.ljust(_KEYS_WIDTH), "bold"), (action.tooltip, "")]
        if action.command:
            parts.append((f"  $ {action.command}", "$text-muted"))
        return Content.assemble(*parts)
