"""Turn a captured pane into strips: colours are kept, other escape sequences dropped."""

from __future__ import annotations

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.content import Content
from textual.strip import Strip

from cafleet_tui.render.safe_text import label, sanitised

_CONSOLE = Console(width=1, color_system="truecolor", force_terminal=True)


def screen_strips(capture: str) -> list[Strip]:
    """The lines of `capture`, blank ones at the end dropped.

    SGR attributes stay; cursor moves, titles, hyperlinks and blinking do not.
    """
    lines = [_strip(line) for line in Text.from_ansi(capture).split("\n")]
    while lines and not lines[-1].text.strip():
        lines.pop()
    return lines


def _strip(line: Text) -> Strip:
    line.end = ""
    line.expand_tabs(8)
    return Strip(
        Segment(sanitised(segment.text).replace("\n", ""), _harmless(segment.style))
        for segment in line.render(_CONSOLE)
        if segment.text
    )


def _harmless(style: Style | None) -> Style | None:
    if style is None:
        return None
    if style.link or style.meta:
        style = style.clear_meta_and_links()
    if style.blink or style.blink2:
        style = style + Style(blink=False, blink2=False)
    return style


def found(at: int, of: int) -> Content:
    """In which of the lines one is in which words were found."""
    return Content.styled(f"{at} of {of} on this screen", "$text-muted")


def not_found(words: str) -> Content:
    """That words are not there now."""
    return Content.styled(f"“{label(words)}” is not on this screen", "$warning")
