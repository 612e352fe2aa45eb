"""The agent's input box on its screen: whether somebody has begun to type there."""

from __future__ import annotations

import re
from itertools import takewhile

from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import cue_match

# Compiled when first needed: on most screens there is nothing that they could match.
_SUGGESTION = (
    r"(?m)(?:\x1b\[7m(?:\x1b\[\d+m)*.(?=\x1b\[0;2m))?"  # the cursor stands on its first letter
    r"\x1b\[(?:[01];)*2m.*?(?=\x1b\[(?:0|22)?[;m]|$)"
)
_GLYPH = r"^[\s│┃]*[❯›▌┃>]?"
_SIDES = r"^[\s│┃]+|[\s│┃]+$"
_EDGE = r"^\s*(?:[─━═▔╰]{3}|╹▀)"


def draft(screen: str, cues: Cues) -> str:
    """What is typed where an agent takes input, on one line; a dim suggestion is nothing.

    `screen` is a capture with its colours.
    """
    shown = cue_match.unstyled(screen)
    row = _input_row(shown, cues)
    if row is None:
        return ""
    first, *below = cue_match.unstyled(re.sub(_SUGGESTION, "", screen))[row:]
    typed = [re.sub(_GLYPH, "", first)]
    if cues.composer:
        typed += takewhile(lambda line: line and not re.match(_EDGE, line), below)
    lines = (re.sub(_SIDES, "", line) for line in typed)
    return " ".join(line for line in lines if line and not _is_furniture(line, cues))


def _input_row(lines: list[str], cues: Cues) -> int | None:
    """The line with the prompt of the input box."""
    filled = [number for number, line in enumerate(lines) if line]
    row = cue_match.composer_row([lines[number] for number in filled], cues)
    if row is not None:
        return filled[row]
    return next(
        (n for n in reversed(filled[-cue_match.LOOKED_AT :]) if _idle(lines[n], cues)),
        None,
    )


def _is_furniture(line: str, cues: Cues) -> bool:
    return any(re.search(pattern, line) for pattern in cues.furniture)


def _idle(line: str, cues: Cues) -> bool:
    return any(re.search(pattern, line) for pattern in cues.idle)
