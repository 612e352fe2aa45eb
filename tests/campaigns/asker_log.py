"""The log in which an agent of a campaign notes what it was given, and in which state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """A state that begins, or what was given in it after so many seconds."""

    state: str
    given: str | None
    age: float


def entries(log: Path) -> list[Entry]:
    """Every whole line of a log so far."""
    lines = log.read_text("utf-8").split("\n")[:-1] if log.exists() else []
    return [Entry(*json.loads(line)) for line in lines]
