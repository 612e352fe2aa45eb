"""The selected member's pane, in its own colours."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from cafleet_core.records import Agent
from cafleet_tui.keys import actions
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import member as render
from cafleet_tui.render.screen import screen_strips
from cafleet_tui.widgets.frame import Framed
from cafleet_tui.widgets.still_scroll import StillScroll


class ScreenView(StillScroll, Framed, can_focus=True):
    """Draws a capture; stays at its end unless scrolled."""

    BINDINGS = actions.bindings("acts")
    DEFAULT_CSS = """
    ScreenView {
        background: transparent;
    }
    """

    class Watched(Message):
        """The view now shows this agent's screen to the human, or none (None)."""

        def __init__(self, agent: Agent | None) -> None:
            super().__init__()
            self.agent = agent

    def __init__(self) -> None:
        super().__init__(id="screen")
        self.nothing = "nothing on its screen"
        """The text for a member without a screen."""
        self._standing: Standing | None = None
        self._seen = False
        self._capture: str | None = None
        self._owner: str | None = None
        self._lines: list[Strip] = []
        self._at_end = True

    def show(self, standing: Standing | None) -> None:
        """Show the screen of this agent, once the view is visible."""
        before, self._standing = self._standing, standing or self._standing
        if standing is None:
            return
        self.entitle(render.screen_title(standing), render.screen_state(standing))
        if self._seen:
            self._take_in(standing)
            if before is None or before.member.agent != standing.member.agent:
                self.post_message(self.Watched(standing.member.agent))

    def on_show(self) -> None:
        """Draw what changed while the view was hidden."""
        self._seen = True
        if self._standing:
            self._take_in(self._standing)
            self.post_message(self.Watched(self._standing.member.agent))

    def on_hide(self) -> None:
        """Stop drawing until the view is visible again."""
        self._seen = False
        self.post_message(self.Watched(None))

    def _take_in(self, standing: Standing) -> None:
        """Repaint the changed lines."""
        agent_id = _id(standing)
        capture = standing.reading.screen if standing.reading else None
        if (agent_id, capture) == (self._owner, self._capture):
            return
        self._at_end = self._at_end or agent_id != self._owner
        self._owner, self._capture = agent_id, capture
        before, self._lines = self._lines, screen_strips(capture or "")
        if before and len(before) == len(self._lines):
            for number, (old, new) in enumerate(zip(before, self._lines, strict=True)):
                if old != new:
                    self.refresh_line(number)
        else:
            self.refresh()
        width = max((line.cell_length for line in self._lines), default=0)
        self.virtual_size = Size(width, len(self._lines))
        self._go_on()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the end only while scrolled to it."""
        super().watch_scroll_y(old_value, new_value)
        self._at_end = self.is_vertical_scroll_end

    def on_resize(self) -> None:
        """Scroll to the end again if it was followed."""
        self._go_on()

    def _go_on(self) -> None:
        if self._at_end:
            end = self.max_scroll_y
            self.scroll_to(0, end, animate=False, force=True, immediate=True)

    def render_line(self, y: int) -> Strip:
        """The strip of one line of the window."""
        left, top = self.scroll_offset
        width = self.size.width
        if not self._lines:
            return self._hint(y, width)
        number = y + top
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[number].crop_extend(left, left + width, self.rich_style)
        return line.apply_style(self.rich_style)

    def _hint(self, y: int, width: int) -> Strip:
        if not width or y != self.size.height // 2:
            return Strip.blank(width, self.rich_style)
        text = self.nothing if self._owner else "select a member"
        hint = Content.styled(text.center(width), "$text-muted")
        return Visual.to_strips(self, hint, width, 1, self.visual_style)[0]


def _id(standing: Standing) -> str:
    return standing.member.agent.agent_id
