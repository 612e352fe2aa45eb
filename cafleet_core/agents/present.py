"""The cues of a coding agent as they are known now, for a member that may be running for long."""

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
    """When what is known of coding agents was last changed: ours, or the user's file."""
    ours = (entry.path for entry in os.scandir(_FOLDER) if entry.name.endswith(".toml"))
    return max(map(_changed, (*ours, folders.user_file(os.environ))), default=0.0)


def cues(placement: Placement, changed: float) -> str:
    """The cues of a placement, as `Cues.dump` wrote them; `changed` is `changed_at` of now.

    Those that it carries along serve while nothing has changed since it was made, so that
    most commands read no file for them, nor after a change but once; and where what is known now cannot be read.
    """
    if changed <= clock.parse(placement.created_at).timestamp():
        return placement.cues
    kind = f"cues {changed} {folders.user_file(os.environ)}"
    try:
        now = memo.recall(kind, placement.coding_agent, _known)
    except InvalidSetting:
        now = None
    return placement.cues if now is None else now


def _known(coding_agent: str) -> str | None:
    """The cues of a coding agent that is described somewhere; raises InvalidSetting."""
    from cafleet_core.agents import (
        catalog,  # it reads TOML, which costs more than a look
    )

    if coding_agent not in catalog.load() and coding_agent != UNKNOWN:
        return None
    return catalog.cues(coding_agent).dump()


def _changed(path: str) -> float:
    """When a file was changed or put in its place; a copy may keep an older date."""
    try:
        status = os.stat(path)
    except OSError:
        return 0.0
    return max(status.st_mtime, status.st_ctime)
