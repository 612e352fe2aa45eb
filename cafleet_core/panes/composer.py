"""The agent's input box on its screen: whether somebody has begun to type there."""

from __future__ import annotations

import re

from cafleet_core.agents.cues import Cues
from cafleet_core.panes.screens import last_lines

_DIM = re.compile(r"\x1b\[(?:0;)?2m.*?(?=\x1b\[(?:0|22)?[;m]|$)", re.MULTILINE)
_GLYPH = re.compile(r"^[\s│┃]*[❯›▌┃>]?")
_EDGE = re.compile(r"[\s│┃]+$")


def draft(screen: str, cues: Cues) -> str:
    """What is typed on the row where an agent at rest takes input; a dim suggestion is nothing.

    `screen` is a capture with its colours.
    """
    for line in reversed(last_lines(_DIM.sub("", screen))):
        if any(re.search(pattern, line) for pattern in cues.idle):
            return _EDGE.sub("", _GLYPH.sub("", line)).strip()
    return ""
