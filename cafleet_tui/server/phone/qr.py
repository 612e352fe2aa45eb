"""An address as a QR code in a terminal."""

from __future__ import annotations

import io

import segno

_BLACK_ON_WHITE = "\x1b[97;40m{}\x1b[0m"
"""White blocks on black: the same in a dark terminal and in a light one."""


def drawn(address: str) -> str:
    """The code as lines of half blocks."""
    lines = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(lines, compact=True, border=2)
    return "\n".join(map(_BLACK_ON_WHITE.format, lines.getvalue().splitlines()))
