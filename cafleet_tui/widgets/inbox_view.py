"""The human's messages as a list, drawn by line; the current one shows its text."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from cafleet_core import clock
from cafleet_core.views import Entry
from cafleet_tui.keys import actions
from cafleet_tui.model.inbox import Inbox, InboxList
from cafleet_tui.render import inbox as render
from cafleet_tui.render.age import day
from cafleet_tui.widgets.still_scroll import StillScroll


class InboxView(StillScroll, can_focus=True):
    """Lists `messages`: as many lines as there are messages, and the text of the current one."""

    DEFAULT_CSS = "InboxView { background: transparent; height: auto; }"
    BINDINGS = actions.bindings("inbox")

    class AckWanted(Message):
        """These messages are dealt with."""

        def __init__(self, entries: tuple[Entry, ...]) -> None:
            super().__init__()
            self.entries = entries

    class UndoWanted(Message):
        """The last ack is to be taken back."""

    class Chosen(Message):
        """This message is to be shown in full."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    class ReplyWanted(Message):
        """This message is to be answered."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    class Changed(Message):
        """The current message or the marks have changed."""

    def __init__(self) -> None:
        super().__init__(id="inbox")
        self.messages = InboxList()
        self._nothing = render.nothing(None, read=False)
        self._text: list[Content] = []
        self._today = ""

    def show(self, inbox: Inbox) -> None:
        """Show another reading of the messages."""
        self.messages.replace(inbox)
        self._nothing = render.nothing(None, read=True)
        self.paint()

    def show_trouble(self, trouble: str) -> None:
        """Say why the messages cannot be read, if none are known."""
        self._nothing = render.nothing(trouble, read=False)
        self.paint()

    def change(self, change: Callable[[InboxList], None]) -> None:
        """Change the list, and draw it with the current message in sight."""
        change(self.messages)
        self.paint()
        self.post_message(self.Changed())

    def paint(self) -> None:
        """Draw the list anew, with the current message in sight."""
        self._today = day(clock.stamp())
        current, width = self.messages.current, self.size.width
        self._text = render.text(current, width) if current and width else []
        lines = max(1, len(self.messages.entries) + len(self._text))
        if self.virtual_size.height != lines:
            self.virtual_size = Size(0, lines)
            self.refresh(layout=True)
        self.refresh()
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        first, top = self.messages.at, self.scroll_offset.y
        last = first + len(self._text)
        height = self.size.height
        if height and not top <= first <= last < top + height:
            above = first if first < top else max(0, last - height + 1)
            self.scroll_to(y=min(above, first), animate=False, immediate=True)

    def on_resize(self) -> None:
        """Wrap the current text to the new width."""
        self.paint()

    def render_line(self, y: int) -> Strip:
        """The strip of one line of the window."""
        width = self.size.width
        content = self._line(y + self.scroll_offset.y, width) if width else None
        if content is None:
            return Strip.blank(width, self.rich_style)
        strips = Visual.to_strips(self, content, width, 1, self.visual_style)
        return strips[0].adjust_cell_length(width, self.rich_style)

    def _line(self, number: int, width: int) -> Content | None:
        """The content of a line of the whole list; None below its end."""
        entries, at = self.messages.entries, self.messages.at
        if not entries:
            return self._nothing.truncate(width, ellipsis=True) if not number else None
        if at < number <= at + len(self._text):
            return self._text[number - at - 1]
        which = self._entry_at(number)
        if which >= len(entries):
            return None
        return render.row(self.messages, which, width, self._today)

    def _entry_at(self, number: int) -> int:
        """The message that has a line of the whole list."""
        at = self.messages.at
        return number if number <= at else max(at, number - len(self._text))

    def action_move(self, step: int) -> None:
        """Look at another message."""
        self.change(lambda messages: messages.move(step))

    def action_page(self, step: int) -> None:
        """Look at a message a page away."""
        self.action_move(step * max(1, self.size.height - len(self._text) - 1))

    def action_first(self) -> None:
        """Look at the first message."""
        self.action_move(-len(self.messages.entries))

    def action_last(self) -> None:
        """Look at the last message."""
        self.action_move(len(self.messages.entries))

    def action_mark(self) -> None:
        """Mark the current message, or unmark it, and go on."""
        self.change(InboxList.mark)

    def action_ack(self) -> None:
        """Post `AckWanted` for the marked messages, or for the current one."""
        if wanted := self.messages.wanted:
            self.post_message(self.AckWanted(wanted))

    def action_ack_all(self) -> None:
        """Post `AckWanted` for every open message of the list."""
        if wanted := self.messages.open:
            self.post_message(self.AckWanted(wanted))

    def action_undo(self) -> None:
        """Post `UndoWanted`."""
        self.post_message(self.UndoWanted())

    def action_open(self) -> None:
        """Post `Chosen` for the current message."""
        if current := self.messages.current:
            self.post_message(self.Chosen(current))

    def action_reply(self) -> None:
        """Post `ReplyWanted` for the current message."""
        if current := self.messages.current:
            self.post_message(self.ReplyWanted(current))

    def on_click(self, event: events.Click) -> None:
        """Look at the message under the pointer; a second click there opens it."""
        offset = event.get_content_offset(self)
        if offset is None or not self.messages.entries:
            return
        which = self._entry_at(offset.y + self.scroll_offset.y)
        if which == self.messages.at:
            self.action_open()
        elif which < len(self.messages.entries):
            self.action_move(which - self.messages.at)
