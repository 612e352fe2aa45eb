"""What goes wrong around the room, in words that fit a status line and say the way out."""

from __future__ import annotations

import re

from cafleet_core.errors import CafleetError, NotFound

_FOLDERS = re.compile(r"(?<!\S)/\S*/(?=[^\s/])")

GOING_ON = "trying again"


def words(error: CafleetError) -> str:
    """Why the registry does not answer, without its folders, and what comes next."""
    if isinstance(error, NotFound):
        return "this session is not in the registry; Ctrl+O opens another"
    return f"{_FOLDERS.sub('', error.message).rstrip('.')}; {GOING_ON}"
