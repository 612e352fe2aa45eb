"""Every key of the control room, made from the registry of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from cafleet_tui.actions import REGIONS, Action, in_region, keys

_KEYS_WIDTH = 20


class Help(ModalScreen[None]):
    """Lists the actions under the regions in which their keys work.

    `keymap` has the keys that the user wants instead of the usual ones.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,f1,question_mark", "dismiss", "close", id="help.close")
    ]

    def __init__(self, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Lay out one block a region."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Keys"
            sheet.border_subtitle = "Esc closes"
            with VerticalScroll():
                for region, heading in REGIONS.items():
                    yield Static(self._block(region, heading), classes="facts")

    def _block(self, region: str, heading: str) -> Content:
        lines = [Content.styled(heading, "bold $primary")]
        lines += [self._line(action) for action in in_region(region)]
        return Content("\n").join(lines)

    def _line(self, action: Action) -> Content:
        shown = " ".join(
            self.app.get_key_display(Binding(key, action.action))
            for key in keys(action.id, self._keymap)
        )
        parts = [("  " + shown.ljust(_KEYS_WIDTH), "bold"), (action.tooltip, "")]
        if action.command:
            parts.append((f"  $ {action.command}", "$text-muted"))
        return Content.assemble(*parts)
