"""One message in full, over the room."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cafleet_core.records import Entry
from cafleet_core.text import sanitise
from cafleet_tui import actions
from cafleet_tui.actions import Action
from cafleet_tui.orders import READ_ONLY
from cafleet_tui.render import delivery as states
from cafleet_tui.render import entry as render
from cafleet_tui.screens.dialog import Dialog

REPLY = "reply"
CANCEL = "cancel"


class EntryDetail(Dialog[str | None]):
    """Shows a message's whole body, every stamp and every recipient's state.

    Dismissed with REPLY or CANCEL where that is wanted of it. `own` tells whether the
    human wrote it, `read_only` whether nothing can be done about it.
    """

    REGION = "detail"
    HINTED = ("detail.reply", "detail.copy", "detail.cancel", "detail.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, entry: Entry, *, own: bool, read_only: bool = False) -> None:
        super().__init__()
        self._read_only = read_only
        self._entry = entry
        self._own = own

    def hindrance(self, action: Action, /) -> str | None:
        """Why the message cannot be taken back, or answered; None where it can."""
        if self._read_only and action.id in ("detail.reply", "detail.cancel"):
            return READ_ONLY
        return self._bound() if action.id == "detail.cancel" else None

    def _bound(self) -> str | None:
        if not self._own:
            return "only who sent it can take it back"
        if not any(states.is_open(one) for one in self._entry.deliveries):
            return "nobody is left who has not acked it"
        return None

    def compose(self) -> ComposeResult:
        """Lay the message out, its body first."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = render.heading(self._entry)
            sheet.border_subtitle = self.hint()
            with VerticalScroll():
                yield Static(render.body(self._entry), classes="body")
                yield Static(render.facts(self._entry), classes="facts")
                yield Static(render.deliveries(self._entry), classes="facts")

    def action_reply(self) -> None:
        """Go back to write an answer."""
        self.dismiss(REPLY)

    def action_copy(self) -> None:
        """Hand the body to the terminal's clipboard."""
        self.app.copy_to_clipboard(sanitise(self._entry.text))
        self.tell(Content.styled("Copied.", "$success"))

    def action_cancel(self) -> None:
        """Take the message back."""
        self.dismiss(CANCEL)
