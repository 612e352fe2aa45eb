"""Errors around the room in words that fit the status line and say what to do."""

from __future__ import annotations

import re

from cafleet_core.errors import CafleetError, NotFound

_FOLDERS = re.compile(r"(?<!\S)/\S*/(?=[^\s/])")

GOING_ON = "trying again"


def words(error: CafleetError) -> str:
    """Why the registry does not answer, without paths, and what happens next."""
    if isinstance(error, NotFound):
        return "this session is not in the registry; Ctrl+O opens another"
    return f"{_FOLDERS.sub('', error.message).rstrip('.')}; {GOING_ON}"
