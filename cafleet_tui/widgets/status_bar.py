"""One line of facts above the room, one of outcomes and one of keys below it."""

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
    """A line that is painted again only when its content changed; styles may give it more rows."""

    DEFAULT_CSS = "Line { height: 1; }"

    _content = Content()

    def say(self, content: Content) -> None:
        """Show `content` from now on."""
        if not content.is_same(self._content):
            self._content = content
            self.refresh(layout=self.styles.is_auto_height)

    def render(self) -> Content:
        """What is shown."""
        return self._content


class StatusBar(Line):
    """The session's facts, as many as the width allows."""

    _facts: render.Facts | None = None

    def show(self, facts: render.Facts) -> None:
        """Tell these facts."""
        self._facts = facts
        self.say(render.status_line(facts, self.size.width))

    def on_resize(self) -> None:
        """Tell as much as the new width allows."""
        if self._facts:
            self.show(self._facts)


class KeyLine(Line):
    """The keys that the focused region offers, dim where one cannot work now; a click presses one."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._spans: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Follow the focus."""
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
    """The bindings to show, each once with its first key, the most useful first."""
    found: dict[str, Binding] = {}
    for active in screen.active_bindings.values():
        if active.enabled and active.binding.id in FOOTER:
            found.setdefault(active.binding.id, active.binding)
    return [found[action_id] for action_id in FOOTER if action_id in found]
