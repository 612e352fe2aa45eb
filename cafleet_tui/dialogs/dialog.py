"""Dialogs over the room: a sheet whose frame names its keys, or why one is unavailable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, ScreenResultType
from textual.style import Style

from cafleet_tui.dialogs.closing_once import ClosesOnce
from cafleet_tui.keys.actions import Action, keys, named
from cafleet_tui.keys.keyed_app import keymap, shown


class Dialog(ModalScreen[ScreenResultType], ClosesOnce[ScreenResultType]):
    """A modal screen with one `.sheet`, and the actions of one region.

    A click on a key that the frame names presses it. A click beside the sheet closes a
    dialog in which nothing was entered.
    """

    REGION: ClassVar[str]
    """The region of the actions that it binds."""

    HINTED: ClassVar[tuple[str, ...]] = ()
    """The actions that its frame names, the most useful first."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Vertical(classes="sheet")
        """The container of its content."""

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """Its region, and the node that has its actions."""
        yield self.REGION, self

    def refusal(self, _action: Action, /) -> str | None:
        """Why an action is unavailable; None if it is available."""
        return None

    def say(self, outcome: Content) -> None:
        """Show an outcome on the frame."""
        self.sheet.border_subtitle = outcome

    def hint(self) -> Content:
        """The keys of the named actions; unavailable ones are dim."""
        return Content(" · ").join(self._key(named(each)) for each in self.hinted())

    def hinted(self) -> tuple[str, ...]:
        """The actions that its frame names at present."""
        return self.HINTED

    def _key(self, action: Action) -> Content:
        words = f"{shown(self, action.id)[0]} {action.label}"
        click = Style.from_meta({"@click": f"screen.press('{action.id}')"})
        style = "$text-disabled" if self.refusal(action) else ""
        return Content.styled(words, style).stylize(click)

    def action_press(self, action_id: str) -> None:
        """Press the key of an action."""
        # a key sent from within a widget would not bubble past that widget
        key = keys(action_id, keymap(self))[0]
        self.app.call_later(self.app.simulate_key, key)

    def on_click(self, event: events.Click) -> None:
        """Close the dialog on a click beside the sheet."""
        close = f"{self.REGION}.close"
        beside = not self.sheet.region.contains(*event.screen_offset)
        if beside and close in self.HINTED:
            self.action_press(close)
