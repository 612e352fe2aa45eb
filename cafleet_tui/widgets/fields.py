"""Input fields without a blinking cursor that drop control characters."""

from __future__ import annotations

from textual import events
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from cafleet_core.text import disarmed, sanitise

_VERTICAL = ("up", "down", "pageup", "pagedown")


class LineField(Input):
    """An input of one line."""

    cursor_blink = reactive(False, init=False)

    def __init__(
        self,
        value: str | None = None,
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002  # Textual's name for it
        compact: bool = False,
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=compact)
        for key in _VERTICAL:  # it does not scroll that way: they are the dialog's
            self._bindings.key_to_bindings.pop(key, None)

    def validate_value(self, value: str) -> str:
        """`value` as safe text on one line."""
        return sanitise(value).replace("\n", " ").replace("\t", " ")

    async def _on_key(self, event: events.Key) -> None:
        if typed := _unprintable_text(event):
            event.stop()
            event.prevent_default()
            self.insert_text_at_cursor(typed)
        else:
            await _act_at_once(self, event)


class TextField(TextArea):
    """An input of several lines."""

    cursor_blink = reactive(False, init=False)

    def edit(self, edit: Edit) -> EditResult:
        """Apply an edit without the control characters in its text.

        Invisible characters are checked when the text is sent: a joiner may be typed
        before the character that it joins.
        """
        edit.text = disarmed(edit.text)
        return super().edit(edit)

    async def _on_key(self, event: events.Key) -> None:
        if not self.read_only and (typed := _unprintable_text(event)):
            event.stop()
            event.prevent_default()
            self.replace(typed, *self.selection)
        else:
            await _act_at_once(self, event)


class Lines(TextField):
    """An input of several lines which leaves Enter and Escape to its dialog."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key not in ("enter", "escape"):
            await super()._on_key(event)
        else:
            event.prevent_default()


async def _act_at_once(field: Widget, event: events.Key) -> None:
    """Run a field's own action of this key before the next key is handled.

    Textual's runs it when the key has bubbled: a backspace could then delete characters
    that were typed after it. Actions with an id may have other keys; they are left alone.
    """
    for binding in field._bindings.key_to_bindings.get(event.key, ()):
        if not binding.id:
            event.stop()
            event.prevent_default()
            await field.run_action(binding.action)
            return


def _unprintable_text(event: events.Key) -> str:
    """The character of a key that Python calls unprintable: other blanks, joiners.

    An input method's blank (U+3000) is one; Textual inserts printable characters itself.
    """
    character = event.character
    if character is None or character.isprintable() or character < "\x20":
        return ""
    return disarmed(character).replace("\ufffd", "")
