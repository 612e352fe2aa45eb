"""The current cues of a coding agent, for a member that was started with earlier ones."""

from __future__ import annotations

import os

from cafleet_core import clock, memo
from cafleet_core.agents.cues import UNKNOWN
from cafleet_core.config import folders
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.records import Placement

_FOLDER = os.path.dirname(__file__)


def changed_at() -> float:
    """When the built-in cues or the user's file were last changed, in epoch seconds.

    Whoever installs or updates the built-in ones puts new files into their folder, so that
    one look at that does for all of them.
    """
    return max(map(_changed, (_FOLDER, folders.user_file(os.environ))))


def cues(placement: Placement, changed: float) -> str:
    """The cues of a placement, as `Cues.dump` wrote them; `changed` is `changed_at` of now.

    The placement's own cues serve until something has changed since it was made, so that
    most commands read no file for them, and only one after a change. They also serve if the
    current ones cannot be read.
    """
    if changed <= clock.epoch(placement.created_at):
        return placement.cues
    kind = f"cues {changed} {folders.user_file(os.environ)}"
    try:
        now = memo.recall(kind, placement.coding_agent, _known)
    except InvalidSetting:
        now = None
    return placement.cues if now is None else now


def _known(coding_agent: str) -> str | None:
    """The current cues of a coding agent; raises InvalidSetting."""
    from cafleet_core.agents import (
        catalog,  # parsing TOML costs more than a look at a pane
    )

    if coding_agent not in catalog.load() and coding_agent != UNKNOWN:
        return None
    return catalog.cues(coding_agent).dump()


def _changed(path: str) -> float:
    """When a file was changed or put in place; a copied file may keep an older date."""
    try:
        status = os.stat(path)
    except OSError:
        return 0.0
    return max(status.st_mtime, status.st_ctime)
