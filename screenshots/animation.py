"""Write a terminal's frames as one animated SVG file without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from rich.ansi import AnsiDecoder
from rich.cells import cell_len
from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import MONOKAI

from screenshots.recording import Frame

_CELL = 8
_LINE = 16
_BASELINE = 13
_MARGIN = 12
_BAR = 34
_LONGEST_STILL = 1.6
_SHORTEST = 0.12
_LAST = 4.0

_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">
<title>{title}</title>
<style>
text{{font:13.33px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}}
.c{{font:600 15px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:#f0f0f0}}
rect{{shape-rendering:crispEdges}}
{classes}
.film{{animation:film {seconds:.2f}s step-end infinite}}
@keyframes film{{{stops}}}
@media (prefers-reduced-motion:reduce){{.film{{animation:none;transform:translateX({last}px)}}}}
</style>
<rect width="{width}" height="{height}" rx="10" fill="{background}"/>
"""


class Shown(NamedTuple):
    """A frame of the animation, and its duration in seconds."""

    frame: Frame
    seconds: float


def animated(frames: Sequence[Frame], columns: int, rows: int, title: str) -> str:
    """The frames as a looping animation; with reduced motion only the last is shown."""
    film = cut(frames)
    drawing = _Drawing(columns, rows)
    strip = "".join(
        drawing.frame(shown.frame, number * drawing.width)
        for number, shown in enumerate(film)
    )
    height = drawing.height + _BAR
    head = _HEAD.format(
        width=drawing.width + 2 * _MARGIN,
        height=height + 2 * _MARGIN,
        title=escape(title),
        classes=drawing.classes(),
        seconds=sum(shown.seconds for shown in film),
        stops=_stops(film, drawing.width),
        last=-drawing.width * (len(film) - 1),
        background=_background().hex,
    )
    window = (
        f'<svg x="{_MARGIN}" y="{_MARGIN}" width="{drawing.width}" height="{height}">'
    )
    defs = f"<defs>{drawing.rows()}</defs>\n"
    return f'{head}{defs}{window}<g class="film">\n{strip}</g></svg></svg>\n'


def cut(frames: Sequence[Frame]) -> list[Shown]:
    """The frames with a visible duration, each limited to a maximum."""
    ends = [frame.at for frame in frames[1:]]
    film: list[Shown] = []
    owed = 0.0
    for frame, end in zip(frames, ends, strict=False):
        seconds = end - frame.at + owed
        if seconds < _SHORTEST:
            owed = seconds
            continue
        owed = 0.0
        film.append(Shown(frame, min(seconds, _LONGEST_STILL)))
    return [*film, Shown(frames[-1], _LAST)]


def _stops(film: Sequence[Shown], width: int) -> str:
    total = sum(shown.seconds for shown in film)
    at, stops = 0.0, []
    for number, shown in enumerate(film):
        stops.append(
            f"{100 * at / total:.2f}%{{transform:translateX({-width * number}px)}}"
        )
        at += shown.seconds
    return "".join(stops)


class _Drawing:
    """The parts of the animation; equal rows are drawn once."""

    def __init__(self, columns: int, rows: int) -> None:
        self.width, self.height = columns * _CELL, rows * _LINE
        self._rows: dict[str, str] = {}
        self._classes: dict[str, str] = {}
        self._console = Console(color_system="truecolor", width=columns)

    def frame(self, frame: Frame, x: int) -> str:
        """One frame, `x` to the right."""
        rows = list(AnsiDecoder().decode(frame.screen))
        used = [
            f'<use href="#{name}" y="{number * _LINE}"/>'
            for number, line in enumerate(rows)
            if (name := self._row([*line.render(self._console)]))
        ]
        words = f'<text class="c" y="{self.height + _BAR - 8}">{escape(frame.caption)}</text>'
        return f'<g transform="translate({x})">{"".join(used)}{words}</g>\n'

    def rows(self) -> str:
        """The rows of all frames."""
        return "\n".join(
            f'<g id="{name}">{drawn}</g>' for drawn, name in self._rows.items()
        )

    def classes(self) -> str:
        """The style classes of the rows."""
        return "\n".join(f".{name}{{{style}}}" for style, name in self._classes.items())

    def _row(self, segments: Sequence[Segment]) -> str:
        drawn = self._grounds(segments)
        column = 0
        for segment in segments:
            drawn += self._words(segment, column)
            column += cell_len(segment.text)
        return drawn and self._rows.setdefault(drawn, f"r{len(self._rows)}")

    def _grounds(self, segments: Sequence[Segment]) -> str:
        column, drawn = 0, ""
        for ground, alike in groupby(
            segments, lambda segment: _colours(segment.style)[1]
        ):
            cells = sum(cell_len(segment.text) for segment in alike)
            if ground != _background():
                style = self._class(f"fill:{ground.hex}")
                place = f'x="{column * _CELL}" width="{cells * _CELL}"'
                drawn += f'<rect class="{style}" {place} height="{_LINE}"/>'
            column += cells
        return drawn

    def _words(self, segment: Segment, column: int) -> str:
        words = segment.text.strip(" \n")
        if not words:
            return ""
        column += cell_len(segment.text) - cell_len(segment.text.lstrip(" "))
        style = self._class(_text_style(segment.style))
        place = f'x="{column * _CELL}" y="{_BASELINE}" textLength="{cell_len(words) * _CELL}"'
        return f'<text class="{style}" {place}>{escape(words, quote=False)}</text>'

    def _class(self, style: str) -> str:
        return self._classes.setdefault(style, f"s{len(self._classes)}")


def _text_style(style: Style | None) -> str:
    rules = [f"fill:{_colours(style)[0].hex}"]
    if style and style.bold:
        rules.append("font-weight:700")
    if style and style.italic:
        rules.append("font-style:italic")
    if style and style.underline:
        rules.append("text-decoration:underline")
    return ";".join(rules)


def _colours(style: Style | None) -> tuple[ColorTriplet, ColorTriplet]:
    """A style's text colour and background colour."""
    style = style or Style()
    letters = _true(style.color, foreground=True)
    ground = _true(style.bgcolor, foreground=False)
    if style.reverse:
        letters, ground = ground, letters
    if style.dim:
        letters = blend_rgb(letters, ground, 0.5)
    return letters, ground


def _true(colour: Color | None, *, foreground: bool) -> ColorTriplet:
    return (colour or Color.default()).get_truecolor(MONOKAI, foreground)


def _background() -> ColorTriplet:
    return _true(None, foreground=False)
