"""The human's inbox: read while it is open; its acks are kept until they cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.content import Content

from cafleet_core.errors import CafleetError
from cafleet_core.views import Activity, Entry
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data.ack_queue import AckQueue, AcksFailed, AcksWritten
from cafleet_tui.dialogs.entry_detail import ACK, CANCEL, REPLY, EntryDetail, Files
from cafleet_tui.dialogs.inbox import Handlers, InboxDialog
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.inbox import Inbox
from cafleet_tui.operations.member_operations import PAST
from cafleet_tui.render import inbox as render
from cafleet_tui.render import status_line


class InboxController:
    """Opens the inbox, and acks its messages through `acks`.

    `reply` begins an answer to a message; `after_detail` does what was asked for in its
    full view, and `files` shows what comes with it.
    """

    def __init__(
        self,
        context: RoomContext,
        acks: AckQueue,
        reply: Callable[[Entry], None],
        after_detail: Callable[[Entry, str | None], None],
        files: Files,
    ) -> None:
        self._context = context
        self._acks = acks
        self._reply = reply
        self._after_detail = after_detail
        self._files = files
        self._dialog: InboxDialog | None = None
        self._read: Activity | None = None
        self._stale = True
        self._reading = False

    def refusal(self, action: Action) -> str | None:
        """Why there is no inbox; None if there is."""
        opens = action.id in ("room.inbox", "plain_keys.inbox")
        return PAST if opens and self._context.past else None

    def stop(self) -> None:
        """Write what was acked."""
        self._acks.stop()

    def open(self) -> None:
        """Open the inbox, unless it is open."""
        if self._dialog is None and not self._context.past:
            handlers = Handlers(self.ack, self.undo, self.open_entry)
            self._dialog = InboxDialog(
                handlers, self._acks.left(), read_only=self._context.read_only
            )
            self._context.open(self._dialog, self._closed)
            self._stale = True
            self.show()

    def _closed(self, answered: Entry | None) -> None:
        self._dialog = None
        if answered is not None:
            self._reply(answered)

    def show(self) -> None:
        """Update the open inbox: with what has come, and with the time left to undo."""
        if self._dialog is None:
            return
        if not self._reading and (self._stale or self._activity != self._read):
            self._read_mail()
        left = self._acks.left()
        if left or self._dialog.view.messages.acking:
            self._dialog.show_acking(left)

    @property
    def _activity(self) -> Activity | None:
        """What changes when something is sent to the human, or acked."""
        state = self._context.state
        human = state.session.administrator_agent_id
        known = (m.activity for m in state.members if m.agent.agent_id == human)
        return next(known, None)

    def _read_mail(self) -> None:
        self._read, self._stale, self._reading = self._activity, False, True
        session = self._context.state.session
        self._context.jobs.run(
            "inbox",
            lambda source: source.inbox(session),
            self._show,
            self._show_trouble,
        )

    def _show(self, inbox: Inbox) -> None:
        self._reading = False
        if self._dialog is not None:
            self._dialog.show(inbox)

    def _show_trouble(self, error: CafleetError) -> None:
        self._stale, self._reading = True, False  # it is read again in a second
        if self._dialog is not None:
            self._dialog.show_trouble(error.message)

    def ack(self, entries: tuple[Entry, ...]) -> None:
        """Ack messages once the time to undo that is over, and go on to the next."""
        self._acks.put(entries)
        if self._dialog is not None:
            self._dialog.show_acking(self._acks.left(), go_on=True)
            self._dialog.say_acking(len(entries))

    def undo(self) -> None:
        """Take the last ack back, if it is not written yet."""
        entries = self._acks.take_back()
        if self._dialog is not None:
            self._dialog.show_acking(self._acks.left())
            self._dialog.return_to(entries)
            undone = render.undone(len(entries)) if entries else render.too_late()
            self._dialog.say(undone)

    def note_written(self, event: AcksWritten) -> None:
        """Say that acks are in the registry."""
        if self._dialog is not None:
            self._dialog.settle(event.entries)
        self._end(event.entries, render.acked(len(event.entries)))

    def note_failed(self, event: AcksFailed) -> None:
        """Say why messages are unacked still."""
        self._end(event.entries, status_line.warning(f"Not acked: {event.reason}"))

    def _end(self, entries: tuple[Entry, ...], outcome: Content) -> None:
        self._acks.end(entries)
        self._say(outcome)
        self._stale = True
        self.show()

    def _say(self, outcome: Content) -> None:
        self._context.say(outcome)
        if self._dialog is not None:
            self._dialog.say(outcome)

    def open_entry(self, entry: Entry) -> None:
        """Show a message in full, over the inbox."""
        human = self._context.state.session.administrator_agent_id
        detail = EntryDetail(
            entry, human, self._files, read_only=self._context.read_only
        )
        self._context.open(detail, partial(self._after, entry))

    def _after(self, entry: Entry, wanted: str | None) -> None:
        if wanted == ACK:
            self._ack_opened(entry)
        elif wanted == REPLY and self._dialog is not None:
            self._dialog.dismiss(entry)
        elif wanted == CANCEL:
            self._after_detail(entry, wanted)

    def _ack_opened(self, entry: Entry) -> None:
        if self._dialog is None or self._dialog.view.messages.is_open(entry):
            self.ack((entry,))
