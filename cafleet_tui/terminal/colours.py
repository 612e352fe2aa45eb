"""How many colours there are to draw with."""

from __future__ import annotations

from collections.abc import MutableMapping

FEW = "standard"
"""The name of a colour system of sixteen colours, whose looks are the terminal's own."""


def tell(environ: MutableMapping[str, str]) -> None:
    """Tell Textual, before it is imported, that tmux takes every colour.

    tmux has the nearest colour drawn that its terminal has. The name that it gives itself,
    `screen` by default, stands for a terminal of sixteen, and over ssh nothing says more.
    """
    if environ.get("TMUX") and not environ.get("COLORTERM"):
        environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
