"""The sixteen ANSI colours of a captured screen, readable on our themes' backgrounds."""

from __future__ import annotations

from rich.color_triplet import ColorTriplet
from rich.terminal_theme import TerminalTheme

_Colour = tuple[int, int, int]

_DARK = (
    ("#3b4150", "#f59090", "#93cf94", "#efc070"),
    ("#86aaf5", "#e79ad6", "#7cc7d9", "#d6dae3"),
    ("#868d9e", "#ffaaaa", "#aee5af", "#ffd792"),
    ("#a9c3ff", "#f5b8e8", "#9fe0ef", "#ffffff"),
)
_LIGHT = (
    ("#23262d", "#a8232f", "#1f6630", "#7d4e00"),
    ("#2350a8", "#93278a", "#0c6070", "#565b66"),
    ("#5f6470", "#b82531", "#236f35", "#855300"),
    ("#2a5abd", "#9c2e93", "#0e6879", "#23262d"),
)


def _theme(
    ground: str, ink: str, colours: tuple[tuple[str, ...], ...]
) -> TerminalTheme:
    sixteen = [_parts(colour) for row in colours for colour in row]
    return TerminalTheme(_parts(ground), _parts(ink), sixteen[:8], sixteen[8:])


def _parts(colour: str) -> _Colour:
    red, green, blue = bytes.fromhex(colour[1:])
    return ColorTriplet(red, green, blue)


DARK = _theme("#14161c", "#d6dae3", _DARK)
LIGHT = _theme("#fbfaf7", "#23262d", _LIGHT)
