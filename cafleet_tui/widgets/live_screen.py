"""A member's screen as it was seen last, in its own colours, with words found in it."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.render.screen import screen_strips
from cafleet_tui.widgets.frame import Framed
from cafleet_tui.widgets.still_scroll import StillScroll

_ENDED = (StandingState.DEAD, StandingState.GONE, StandingState.NO_PANE)


class LiveScreen(StillScroll, Framed, can_focus=False):
    """Draws a capture; stays at its end unless scrolled.

    Of a member that has ended, what was seen last stays.
    """

    DEFAULT_CSS = """
    LiveScreen {
        background: transparent;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self.nothing = "nothing on its screen"
        """The text for a member without a screen."""
        self._capture: str | None = None
        self._owner: str | None = None
        self._lines: list[Strip] = []
        self._at_end = True
        self._sought = ""
        self._hit: int | None = None

    @property
    def text(self) -> str:
        """What stands there, without colours."""
        return "\n".join(line.text.rstrip() for line in self._lines)

    def take_in(self, standing: Standing) -> None:
        """Show this member's screen, and repaint the lines that have changed."""
        agent_id = standing.member.agent.agent_id
        capture = standing.reading.screen if standing.reading else None
        same = agent_id == self._owner
        if same and capture is None and standing.state in _ENDED:
            return
        if (agent_id, capture) == (self._owner, self._capture):
            return
        self._at_end = self._at_end or not same
        self._hit = self._hit if same else None
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

    def seek(self, words: str) -> list[int]:
        """Look for words, in capitals or not; the numbers of the lines in which they are now."""
        self._sought = words.casefold()
        lines = enumerate(line.text.casefold() for line in self._lines)
        return [
            number for number, line in lines if self._sought and self._sought in line
        ]

    def show_hit(self, line: int | None) -> None:
        """Mark a line in which they are, and scroll to it; None marks none."""
        self._hit = line
        if line is not None:
            self.scroll_to(y=max(0, line - self.size.height // 3), animate=False)
        self.refresh()

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
        if number == self._hit:
            marked = Style.parse("reverse").rich_style
            return line.apply_style(self.rich_style).apply_style(marked)
        return line.apply_style(self.rich_style)

    def _hint(self, y: int, width: int) -> Strip:
        if not width or y != self.size.height // 2:
            return Strip.blank(width, self.rich_style)
        text = self.nothing if self._owner else "select a member"
        hint = Content.styled(text.center(width), "$text-muted")
        return Visual.to_strips(self, hint, width, 1, self.visual_style)[0]
