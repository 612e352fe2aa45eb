"""One message in full, over the room."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cafleet_core.records import Entry
from cafleet_tui.render import entry as render


class EntryDetail(ModalScreen[None]):
    """Shows a message's whole body, every stamp and every recipient's state."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "close", id="detail.close")
    ]

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._entry = entry

    def compose(self) -> ComposeResult:
        """Lay the message out, its body first."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = render.heading(self._entry)
            sheet.border_subtitle = "Esc closes"
            with VerticalScroll():
                yield Static(render.body(self._entry), classes="body")
                yield Static(render.facts(self._entry), classes="facts")
                yield Static(render.deliveries(self._entry), classes="facts")
