"""Which command of `member exec` has a pane to itself: not yet begun, or run by a living process.

It is noted in the placement as the command's id, then the time by which it must have begun,
or the `process.identity` of what runs it.
"""

from __future__ import annotations

from cafleet_core import clock, process
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_BY = "by"


def to_begin(execution_id: str, by: str) -> str:
    """The note of a command that is typed, and has begun by this stamp, or never."""
    return f"{execution_id} {_BY} {by}"


def running(execution_id: str) -> str:
    """The note of a command that this process runs."""
    return f"{execution_id} {process.identity()}"


def id_of(noted: str) -> str:
    """The id of a command that is noted."""
    return noted.partition(" ")[0]


def has_begun(noted: str) -> bool:
    """Whether a process runs, or ran, a command that is noted."""
    return noted.split(" ")[1] != _BY


def goes_on(noted: str | None, now: datetime) -> bool:
    """Whether a command has the pane now; also where its process cannot be looked up here."""
    if not noted:
        return False
    _, _, rest = noted.partition(" ")
    if not has_begun(noted):
        return clock.stamp(now) < rest.partition(" ")[2]
    return process.lives(rest) is not False
