"""Copy a text for the human, through tmux if the room is in it."""

from __future__ import annotations

import os

from cafleet_core.broker.team import clipboard
from cafleet_core.views import CopyResult


def copy(text: str, *, in_browser: bool) -> CopyResult | None:
    """Copy to tmux's buffer; None if the human is not in tmux."""
    return None if in_browser else clipboard.copy(text, os.environ)
