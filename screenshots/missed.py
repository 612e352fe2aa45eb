"""What happened to the team while the human was away."""

from __future__ import annotations

from cafleet_core.records import Event
from cafleet_core.states import EventKind, PaneState
from screenshots.names import ago, an_id, id_of

_QUESTION = '{"asked": "Would you like to run the following command?"}'


def _became(name: str, seconds: float, old: PaneState, new: PaneState) -> Event:
    return _event(name, seconds, EventKind.STATE)._replace(old=old, new=new)


def _event(name: str, seconds: float, kind: EventKind) -> Event:
    detail = _QUESTION if kind == EventKind.ASKED else None
    about = (None, None, None, detail, name)
    return Event(0, ago(seconds), an_id(1), id_of(name), kind, *about)


MISSED = (
    _became("tester", 3000, PaneState.BUSY, PaneState.IDLE),
    _became("tester", 2000, PaneState.BUSY, PaneState.IDLE),
    _event("linter", 1900, EventKind.DIED),
    _event("scout", 1500, EventKind.LIMIT_REACHED),
    _became("drafter", 800, PaneState.BUSY, PaneState.IDLE),
    _became("reviewer", 41, PaneState.BUSY, PaneState.WAITING),
    _event("reviewer", 41, EventKind.ASKED),
)
"""The oldest first."""
