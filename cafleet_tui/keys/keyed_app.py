"""The keys as this user has them: which screen gets them, and how they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from cafleet_tui.keys import actions

_LONGEST_LAYOUT = 2.0
_LAYOUT_STEP = 0.002


class KeyedApp(App[None]):
    """An application in which actions may have other keys than the usual ones."""

    keymap: Mapping[str, str] = {}
    """By action id, the keys that the user wants."""

    leaving = False
    """Whether it was told to end: nothing that is opened from then on gets laid out."""

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """See `App`."""
        self.leaving = True
        super().exit(*args, **kwargs)

    async def on_event(self, event: events.Event) -> None:
        """Give a key to the screen that the one before it has opened, once that is there."""
        if isinstance(event, events.Key):
            if self.leaving:
                return
            await self.laid_out()
        await super().on_event(event)

    async def laid_out(self) -> None:
        """Wait until the open screen has what is on it, and the focus is where it begins."""
        tries = int(_LONGEST_LAYOUT / _LAYOUT_STEP)
        while tries and self.screen_stack and not self.screen.is_mounted:
            await asyncio.sleep(_LAYOUT_STEP)
            tries -= 1


def keymap(node: DOMNode) -> Mapping[str, str]:
    """The keys that the user of this node's application wants instead of the usual ones."""
    app = node.app
    return app.keymap if isinstance(app, KeyedApp) else {}


def shown(node: DOMNode, action_id: str) -> list[str]:
    """The keys of an action, as they are written for humans."""
    return [
        node.app.get_key_display(Binding(key, action_id))
        for key in actions.keys(action_id, keymap(node))
    ]
