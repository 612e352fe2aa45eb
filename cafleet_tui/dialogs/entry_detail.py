"""One message in full, over the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from cafleet_core.broker.messages.attached import SeenFile
from cafleet_core.records import Attachment
from cafleet_core.text import sanitise
from cafleet_core.views import Entry
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.dialogs.paged import Paged
from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations import mail
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import enclosures
from cafleet_tui.render import entry_detail as render
from cafleet_tui.widgets.text_rows import TextRows

REPLY = "reply"
CANCEL = "cancel"
ACK = "ack"

_CHANGING = ("detail.reply", "detail.ack", "detail.cancel")


class Files(Protocol):
    """Looks at files for the dialog, and shows them."""

    def look(
        self, files: Sequence[Attachment], then: Callable[[Sequence[SeenFile]], None]
    ) -> None:
        """Call `then` with what has become of these files."""

    def view(self, host_id: str, path: str, line: int, /) -> None:
        """Show a file of a machine."""


class EntryDetail(Paged[str | None]):
    """Shows a message's whole body, every stamp and every recipient's state.

    Dismissed with REPLY, ACK or CANCEL if the human asks for that. `human` is the id of the
    human; `read_only` disables all of these.
    """

    REGION = "detail"
    HINTED = (
        *("detail.reply", "detail.ack", "detail.copy", "detail.cancel"),
        *("pager.find", "detail.close"),
    )
    BINDINGS = actions.bindings(REGION)

    def __init__(
        self, entry: Entry, human: str, files: Files, *, read_only: bool = False
    ) -> None:
        text = TextRows(lambda width: render.body(entry, width))
        super().__init__(text.seek)
        self.text = text
        self._read_only = read_only
        self._entry = entry
        self._human = human
        self._files = files
        self._seen: Sequence[SeenFile] = ()
        self._enclosed = Static(classes="facts")
        self._deliveries = Static(classes="facts")

    def refusal(self, action: Action, /) -> str | None:
        """Why this cannot be done with the message; None if it can."""
        if self._read_only and action.id in _CHANGING:
            return READ_ONLY
        if action.id == "detail.open" and not self._entry.files:
            return "no file came with it"
        if action.id == "detail.ack":
            return mail.ack_refusal(self._entry, self._human)
        if action.id == "detail.cancel":
            return mail.cancel_refusal(self._entry, self._human)
        return super().refusal(action)

    def hinted(self) -> tuple[str, ...]:
        """See `Dialog`: files are opened where there are some."""
        return (*(("detail.open",) if self._entry.files else ()), *self.HINTED)

    def compose(self) -> ComposeResult:
        """Lay the message out, its body first."""
        with self.sheet:
            self.sheet.border_title = render.heading(self._entry)
            with self.view:
                yield self.text
                if self._entry.files or self._entry.comments:
                    yield self._enclosed
                yield Static(render.facts(self._entry), classes="facts")
                yield self._deliveries

    def on_mount(self) -> None:
        """Show the current state of the message, and look at its files."""
        self._describe()
        if self._entry.files:
            self._files.look(self._entry.files, self._show_files)

    def _show_files(self, seen: Sequence[SeenFile]) -> None:
        self._seen = seen
        self._describe()

    def _describe(self) -> None:
        self._enclosed.update(enclosures.detail(self._entry, self._seen))
        self._deliveries.update(render.deliveries(self._entry))
        Dialog.say(self, self.hint())

    def show(self, entries: Sequence[Entry]) -> None:
        """Update the message's state if these entries hold it."""
        for entry in entries:
            if entry.task_id == self._entry.task_id:
                self._entry = entry
                self._describe()

    def action_reply(self) -> None:
        """Close, and reply to the message."""
        self.dismiss(REPLY)

    def action_ack(self) -> None:
        """Close, and ack the message."""
        self.dismiss(ACK)

    def action_open(self) -> None:
        """Show its file; of several, ask which."""
        files = self._entry.files
        if len(files) == 1:
            self._view("1")
        else:
            title = Content.styled("Open which file?", "bold $primary")
            hint = enclosures.which(len(files))
            self.app.push_screen(AskWords(title, hint, check=self._no_file), self._view)

    def _no_file(self, words: str) -> str | None:
        """Why words are no number of a file."""
        known = map(str, range(1, len(self._entry.files) + 1))
        return None if words.strip() in known else enclosures.none_called(words)

    def _view(self, number: str | None) -> None:
        if number is not None:
            file = self._entry.files[int(number) - 1]
            self._files.view(file.host, file.path, 0)

    def action_copy(self) -> None:
        """Copy the body; the application says where to."""
        self.app.copy_to_clipboard(sanitise(self._entry.text))

    def action_cancel(self) -> None:
        """Close, and cancel the message."""
        self.dismiss(CANCEL)
