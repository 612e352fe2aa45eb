"""What is for the human, over the room: unacked first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.dom import DOMNode

from cafleet_core.views import Entry
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys.actions import Action
from cafleet_tui.keys.keyed_app import shown
from cafleet_tui.model.inbox import Inbox
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import inbox as render
from cafleet_tui.widgets.inbox_view import InboxView
from cafleet_tui.widgets.status_bar import Line

_CHANGING = ("inbox.ack", "inbox.ack_all", "inbox.mark", "inbox.undo", "inbox.reply")
_OF_ONE = ("inbox.open", "inbox.reply")


class Handlers(NamedTuple):
    """The callables of the dialog: ack some messages, undo the last ack, open one."""

    ack: Callable[[tuple[Entry, ...]], None]
    undo: Callable[[], None]
    open: Callable[[Entry], None]


class InboxDialog(Dialog[Entry]):
    """Lists the human's messages; dismissed with the one to answer.

    `acking` are the acks that are not written yet, as in `InboxList`.
    """

    REGION = "inbox"
    HINTED = (
        *("inbox.ack", "inbox.open", "inbox.reply", "inbox.undo"),
        *("inbox.mark", "inbox.ack_all", "inbox.close"),
    )

    def __init__(
        self, handlers: Handlers, acking: Mapping[str, float], *, read_only: bool
    ) -> None:
        super().__init__()
        self.view = InboxView()
        self.view.messages.acking = acking
        self._handlers = handlers
        self._read_only = read_only
        self._outcome = Line(id="inbox-outcome")

    def compose(self) -> ComposeResult:
        """Lay out the list, and a line for the outcome of the last ack."""
        with self.sheet:
            yield self.view
            yield self._outcome

    def on_mount(self) -> None:
        """Name the keys."""
        self.describe()

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """Its region, and the list, which has the actions."""
        yield self.REGION, self.view

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        messages = self.view.messages
        if self._read_only and action.id in _CHANGING:
            return READ_ONLY
        if action.id in _OF_ONE and messages.current is None:
            return "there is no message"
        if action.id == "inbox.ack" and not messages.wanted:
            return "you have dealt with it"
        if action.id == "inbox.ack_all" and not messages.open:
            return "you have dealt with all of them"
        if action.id == "inbox.undo" and not messages.acking:
            return "nothing was acked in the last 10 s"
        return None

    def say(self, outcome: Content) -> None:
        """Show an outcome below the list."""
        self._outcome.say(outcome)

    def show(self, inbox: Inbox) -> None:
        """Show another reading of the messages."""
        self.view.show(inbox)
        self.describe()

    def show_trouble(self, trouble: str) -> None:
        """Say why the messages cannot be read."""
        self.view.show_trouble(trouble)

    def show_acking(self, acking: Mapping[str, float], *, go_on: bool = False) -> None:
        """Update the acks that are not written; `go_on` to the next open message."""
        messages = self.view.messages
        if go_on:
            messages.leave(acking)
        messages.acking = acking
        self.view.paint()
        self.describe()

    def settle(self, entries: tuple[Entry, ...]) -> None:
        """Show these messages as acked."""
        self.view.change(lambda messages: messages.settle(entries))

    def return_to(self, entries: tuple[Entry, ...]) -> None:
        """Look at a message whose ack was undone."""
        self.view.change(lambda messages: messages.return_to(entries))

    def say_acking(self, count: int) -> None:
        """Say what will be acked, and how that is undone."""
        self.say(render.acking(count, shown(self, "inbox.undo")[0]))

    @on(InboxView.Changed)
    def describe(self) -> None:
        """Show on the frame how many there are, and which keys work."""
        self.sheet.border_title = render.title(self.view.messages)
        self.sheet.border_subtitle = self.hint()

    @on(InboxView.AckWanted)
    def _ack(self, event: InboxView.AckWanted) -> None:
        self._handlers.ack(event.entries)

    @on(InboxView.UndoWanted)
    def _undo(self) -> None:
        self._handlers.undo()

    @on(InboxView.Chosen)
    def _open(self, event: InboxView.Chosen) -> None:
        self._handlers.open(event.entry)

    @on(InboxView.ReplyWanted)
    def _reply(self, event: InboxView.ReplyWanted) -> None:
        self.dismiss(event.entry)
