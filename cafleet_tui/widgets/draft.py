"""The text area of the composer: Enter sends, Ctrl+J begins a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets.text_area import Selection

from cafleet_core.broker.messages.mentions import Mark
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import by_key
from cafleet_tui.keys.keyed_app import keymap
from cafleet_tui.model import template as template_model
from cafleet_tui.model.template import Template
from cafleet_tui.widgets.fields import TextField
from cafleet_tui.widgets.long_line import LongLines, Styled
from cafleet_tui.widgets.mention_popup import MentionPopup
from cafleet_tui.widgets.recall import Recall
from cafleet_tui.widgets.template_popup import TemplatePopup

if TYPE_CHECKING:
    from rich.text import Text

_UNNAMED_NEWLINES = ("shift+\r", "ctrl+\r")
"""Shift+Enter and Ctrl+Enter of some terminals; no binding can name these keys."""

_WALKS = {"composer.older": 1, "composer.newer": -1}

_STEPS = {"names.up": -1, "names.down": 1}

_PLACES = {"places.next": 1, "places.previous": -1}


class Draft(TextField, LongLines):
    """A text area that passes some keys on to an open popover.

    `offer_names` updates the popover, `send` takes the text: both are called directly,
    because messages would be handled after keys that are typed later.
    """

    DEFAULT_CSS = """
    Draft {
        & .draft--mention { color: $primary; text-style: bold; }
        & .draft--unknown { color: $warning; text-style: underline; }
    }
    """
    BINDINGS = actions.bindings("composer")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"draft--mention", "draft--unknown"}

    class WalkBegun(Message):
        """Up was pressed in an empty draft: a walk through sent texts begins."""

    class EditorWanted(Message):
        """The text is to be written in the user's own editor."""

    class ReplyDismissed(Message):
        """Escape was pressed with nothing open."""

    def __init__(
        self,
        popup: MentionPopup,
        recall: Recall,
        offer_names: Callable[[], None],
        send: Callable[[], None],
    ) -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=Content("@name text, @a @b text, or @all text"),
        )
        self._popup = popup
        self.templates = TemplatePopup()
        """Offers templates; whoever lays the draft out lays this out beside it."""
        self._places: frozenset[str] = frozenset()
        self._recall = recall
        self._offer_names = offer_names
        self._send = send
        self._recalled: str | None = None
        self._marks: tuple[Mark, ...] = ()
        self._marked: dict[int, list[tuple[int, int, str]]] = {}
        self._names: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._walk_keys: dict[str, str] = {}

    @property
    def before_cursor(self) -> str:
        """The text of the cursor's line up to the cursor."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def fill_in(self, template: Template) -> None:
        """Write a template at the cursor, and go to the first place to be filled in."""
        start = self._offset(min(self.selection))
        self.replace(template.text, *self.selection)
        self._places |= template_model.places(template.text)
        self._go_to_place(1, start)

    @property
    def unfilled(self) -> str | None:
        """A place that is still to be filled in, as it stands in the text."""
        span = template_model.nearest(self.text, self._places, 0)
        return span and self.text[span.start : span.end]

    def leave_places(self) -> None:
        """Take what is not filled in for what is meant."""
        self._places = frozenset()

    def _go_to_place(self, step: int, offset: int | None = None) -> bool:
        """Select the next place to be filled in, or the one before; whether there is one."""
        edge = max(self.selection) if step > 0 else min(self.selection)
        offset = self._offset(edge) if offset is None else offset
        span = template_model.nearest(self.text, self._places, offset, step)
        if span is None:
            self._places = frozenset()
            return False
        self.selection = Selection(self._location(span.start), self._location(span.end))
        return True

    def go_to_unfilled(self) -> None:
        """Select the first place that is still to be filled in."""
        self._go_to_place(1, 0)

    def _offset(self, location: tuple[int, int]) -> int:
        row, column = location
        return sum(len(line) + 1 for line in self.text.split("\n")[:row]) + column

    def _location(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset].split("\n")
        return len(before) - 1, len(before[-1])

    def complete(self) -> None:
        """Write what is highlighted: a template, or the name whose beginning was typed."""
        if not self.templates.is_open:
            self._complete_name()
        elif template := self.templates.take():
            self.fill_in(template)

    def _complete_name(self) -> None:
        """Replace the name's typed beginning by the highlighted name, as one undo step."""
        if taken := self._popup.take(self.before_cursor):
            written, chosen = taken
            row, column = self.cursor_location
            spaced = self.document.get_line(row)[column : column + 1] == " "
            chosen += "" if spaced else " "
            self.replace(chosen, (row, column - len(written)), (row, column))

    def mark(self, marks: Sequence[Mark]) -> None:
        """Highlight mentions, known and unknown ones differently."""
        if tuple(marks) == self._marks:
            return
        self._marks = tuple(marks)
        self._marked = {}
        for mark in marks:
            before = self.text[: mark.start].split("\n")
            row, column = len(before) - 1, len(before[-1])
            style = "draft--mention" if mark.known else "draft--unknown"
            end = column + mark.end - mark.start
            self._marked.setdefault(row, []).append((column, end, style))
        self.notify_style_update()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """A line with its mentions highlighted."""
        line = super().get_line(line_index)
        for start, end, style in self.styles_of_line(line_index):
            line.stylize(style, start, end)
        return line

    def styles_of_line(self, row: int) -> list[Styled]:
        """The styles of the mentions in a line."""
        return [
            (start, end, self.get_component_rich_style(style, partial=True))
            for start, end, style in self._marked.get(row, ())
        ]

    def write(self, text: str) -> None:
        """Replace all text by `text`, as one undo step; the cursor goes to its end."""
        self.replace(text, self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    def on_mount(self) -> None:
        """Load this user's key bindings."""
        wanted = keymap(self)
        self._names = by_key("names", wanted)
        self._walk_keys = by_key("places", wanted)
        newlines = dict.fromkeys(_UNNAMED_NEWLINES, "composer.newline")
        self._keys = newlines | by_key("composer", wanted)

    async def _on_key(self, event: events.Key) -> None:
        # a binding acts only after the event has bubbled, and later keys come first
        name, own = self._names.get(event.key), self._keys.get(event.key)
        place = self._walk_keys.get(event.key)
        if name and not self.templates.is_open:
            self._offer_names()
        if (
            (name and self._choose(name))
            or (place and self._places and self._go_to_place(_PLACES[place]))
            or (own and self._act(own))
        ):
            event.stop()
            event.prevent_default()

    def _choose(self, action_id: str) -> bool:
        """Run a key's action on the popover that is open; False if none is."""
        popover = self.templates if self.templates.is_open else self._popup
        if not popover.is_open:
            return False
        if action_id in _STEPS:
            popover.move(_STEPS[action_id])
        elif action_id == "names.take":
            self.complete()
        else:
            popover.close()
        return True

    def _act(self, action_id: str) -> bool:
        """Run a key's action at once; False if it has none now."""
        if action_id in _WALKS:
            return self._walk(_WALKS[action_id])
        if action_id == "composer.send":
            self.action_send()
        elif action_id == "composer.newline":
            self.action_newline()
        else:
            return False
        return True

    def action_send(self) -> None:
        """Send the current text; a later key is for the next message."""
        self._send()

    def action_newline(self) -> None:
        """Begin a line at the cursor."""
        self.replace("\n", *self.selection)

    def action_recall(self, back: int) -> None:
        """Walk through sent texts if the draft shows one, otherwise move the cursor."""
        if not self._walk(back):
            (self.action_cursor_up if back > 0 else self.action_cursor_down)()

    def _walk(self, back: int) -> bool:
        """Step through sent texts from an empty or unchanged draft; False for any other."""
        if not self.text and back > 0:
            self._recall.begin()
            self.post_message(self.WalkBegun())
        elif (
            not self._recalled
            or self.text != self._recalled
            or self.cursor_location != self.document.end
        ):
            return False
        text = self._recall.step(back)
        if text is not None:
            self.write(text)
            self._recalled = self.text
        return True

    def action_edit_elsewhere(self) -> None:
        """Post `EditorWanted`."""
        self.post_message(self.EditorWanted())

    def action_dismiss(self) -> None:
        """Post `ReplyDismissed`."""
        self.post_message(self.ReplyDismissed())
