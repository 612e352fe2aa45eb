"""How well what is drawn can be read, by the measure of WCAG 2."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen

from cafleet_tui.appearance.contrast import READABLE, contrast


def faint(app: App[None]) -> set[str]:
    """The words on the screen that do not stand out, with both colours and their ratio.

    What a dialogue covers is not meant to be read, and frames are not words.
    """
    return {
        f"{segment.text.strip()!r} {ink.hex} on {paper.hex}: {ratio:.2f}"
        for segment, ink, paper in _words(app)
        if (ratio := contrast(ink, paper)) < READABLE
    }


def _words(app: App[None]) -> Iterator[tuple[Segment, Color, Color]]:
    shown = _foreground(app)
    rows = app.screen._compositor.render_strips(app.size)
    for strip in rows[shown.y : shown.bottom]:
        for segment in strip.crop(shown.x, shown.right):
            style = segment.style
            said = any(c.isascii() and not c.isspace() for c in segment.text)
            if said and style and style.color and style.bgcolor:
                colours = [Color.from_rich_color(style.color)]
                colours.append(Color.from_rich_color(style.bgcolor))
                ink, paper = colours[::-1] if style.reverse else colours
                yield segment, ink, paper


def _foreground(app: App[None]) -> Region:
    if isinstance(app.screen, ModalScreen):
        return app.screen.query(".sheet, #--container").first().region
    return app.size.region
