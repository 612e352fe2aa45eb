"""The status line above the control room, and its outcome and key lines below."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from cafleet_tui.keys import actions, availability
from cafleet_tui.keys.actions import FOOTER
from cafleet_tui.render import status_line as render

_PLAIN = ("bold $footer-key-foreground", "$footer-description-foreground")
_DIM = ("$text-disabled", "$text-disabled")


class Line(Widget):
    """A line that is repainted only if its content changes; styles may give it more rows."""

    DEFAULT_CSS = "Line { height: 1; }"

    _content = Content()

    def say(self, content: Content) -> None:
        """Show `content` from now on."""
        if not content.is_same(self._content):
            self._content = content
            self.refresh(layout=self.styles.is_auto_height)

    def render(self) -> Content:
        """The current content."""
        return self._content


class StatusBar(Line):
    """The status line: as many facts as fit the width."""

    _facts: render.Facts | None = None
    _drawn: tuple[render.Facts, int] | None = None

    def show(self, facts: render.Facts) -> None:
        """Show these facts."""
        if (facts, self.size.width) == self._drawn:
            return
        self._facts, self._drawn = facts, (facts, self.size.width)
        self.say(render.status_line(facts, self.size.width))

    def on_resize(self) -> None:
        """Show as many facts as fit the new width."""
        if self._facts:
            self.show(self._facts)


class KeyLine(Line):
    """The focused region's keys, dim if refused now; a click presses one."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._spans: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Update when the focus or the bindings change."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_resize(self) -> None:
        """Show as many keys as fit."""
        self._changed(self.screen)

    def _changed(self, screen: Screen[object]) -> None:
        parts: list[tuple[str, str]] = []
        self._spans, end = [], 0
        for binding in _offered(screen):
            key = self.app.get_key_display(binding)
            width = len(key) + len(binding.description) + 3
            if end + width > self.size.width:
                break
            self._spans.append((end, end + width, binding.key))
            hindered = availability.refusal(screen, actions.named(binding.id or ""))
            key_style, style = _DIM if hindered else _PLAIN
            parts += [(key, key_style), (f" {binding.description.lower()}  ", style)]
            end += width
        self.say(Content.assemble(*parts))

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        for start, end, key in self._spans:
            if start <= event.x - self.gutter.left < end:
                self.app.simulate_key(key)


def _offered(screen: Screen[object]) -> list[Binding]:
    """The bindings to show, each with its first key, in the order of `FOOTER`."""
    bindings: dict[str, Binding] = {}
    for active in screen.active_bindings.values():
        if active.enabled and active.binding.id in FOOTER:
            bindings.setdefault(active.binding.id, active.binding)
    return [bindings[action_id] for action_id in FOOTER if action_id in bindings]
