"""An application with the user's own keys: which screen gets them, and how they are shown."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from cafleet_tui.keys import actions

_LONGEST_LAYOUT = 2.0
_LAYOUT_STEP = 0.002
_LONGEST_KEY = 2.0
"""Seconds after which the next key is passed on, whatever happened to the last."""

_TYPED = (events.Key, events.Paste)
_PRESSED = (*_TYPED, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
_INPUT = (*_TYPED, events.MouseEvent)


@runtime_checkable
class Attended(Protocol):
    """A screen that is told whether anybody is there."""

    def note_input(self) -> None:
        """The human has pressed something, wherever it goes."""


class KeyedApp(App[None]):
    """An application whose actions may have other keys than the default ones."""

    keymap: Mapping[str, str] = {}
    """The user's keys by action id."""

    leaving = False
    """Whether it was told to exit: screens opened after that are not laid out."""

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """See `App`."""
        self.leaving = True
        super().exit(*args, **kwargs)

    def __init__(self) -> None:
        super().__init__()
        self._input: deque[events.Event] = deque()
        self._takes_input = False
        self._given_out: events.Event | None = None
        self._limit: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        """Pass keys and pasted texts on one at a time: each may move the focus for the next."""
        if not isinstance(event, _INPUT) or event.is_forwarded:
            await super().on_event(event)
            return
        self._input.append(event)
        if self._takes_input:
            await self._give_out()

    def _note_input(self) -> None:
        """Tell the open screens that the human is here."""
        for screen in self.screen_stack:
            if isinstance(screen, Attended):
                screen.note_input()

    async def take_input(self) -> None:
        """Pass on what was typed before there was a screen for it, and all that follows."""
        self._takes_input = True
        await self._give_out()

    async def _give_out(self) -> None:
        while self._input and not self._given_out:
            event = self._input.popleft()
            if isinstance(event, _PRESSED):
                self._note_input()
            if not isinstance(event, _TYPED):
                await super().on_event(event)
            elif not self.leaving:
                await self._give(event)

    async def _give(self, event: events.Event) -> None:
        """Pass a key to the screen that the one before it has opened, once that is there."""
        await self.laid_out()
        target = self.focused or self.screen
        await super().on_event(event)
        if isinstance(event, events.Key) and target.check_consume_key(
            event.key, event.character
        ):
            return  # a letter in a text moves no focus, and a burst has many
        self._given_out = event
        loop = asyncio.get_running_loop()
        self._limit = loop.call_later(_LONGEST_KEY, self._follow, event, None)
        self._follow(event, target if event.is_forwarded else None)

    def _follow(self, event: events.Event, node: DOMNode | None) -> None:
        """Go on once an event has left a node's queue, and those of all nodes it bubbles to."""
        while node and node is not self:
            if node.call_later(self._follow, event, node.parent):
                return
            node = node.parent  # a node that closes handles nothing more
        self.call_later(self._go_on, event)

    async def _go_on(self, event: events.Event) -> None:
        if event is self._given_out:
            self._given_out = None
            if self._limit:
                self._limit.cancel()
            await self._give_out()

    async def laid_out(self) -> None:
        """Wait until the open screen is laid out and has its initial focus."""
        tries = int(_LONGEST_LAYOUT / _LAYOUT_STEP)
        while tries and self.screen_stack and not self.screen.is_mounted:
            await asyncio.sleep(_LAYOUT_STEP)
            tries -= 1


def keymap(node: DOMNode) -> Mapping[str, str]:
    """The user's keys of this node's application."""
    app = node.app
    return app.keymap if isinstance(app, KeyedApp) else {}


def shown(node: DOMNode, action_id: str) -> list[str]:
    """The keys of an action, as they are written for humans."""
    return [
        node.app.get_key_display(Binding(key, action_id))
        for key in actions.keys(action_id, keymap(node))
    ]
