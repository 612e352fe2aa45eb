"""What is still typed in an input box, and how often a pane that moves on is looked at again."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cafleet_core.states import BoxContent, PaneState
from cafleet_core.views import PaneReading

_SECOND_LOOKS = 60
_SECOND_LOOK_AFTER = 0.03

_TELLING = 20
"""Characters by which the beginning of a text is known again."""


def tries() -> Iterator[None]:
    """As often as a pane that has moved on since it was seen at rest is looked at again."""
    yield
    for _ in range(_SECOND_LOOKS):
        time.sleep(_SECOND_LOOK_AFTER)
        yield


def left_of(words: str, reading: PaneReading) -> BoxContent:
    """What an input box still holds of `words` that were typed into it.

    GONE; STANDS, where that and nothing else can be seen in the box; TOUCHED, where part
    of it or more than that is there; COVERED by a question; UNSEEN where no box is known.
    """
    if reading.state == PaneState.WAITING:
        return BoxContent.COVERED
    if reading.state not in (PaneState.IDLE, PaneState.BUSY, PaneState.DRAFT):
        return BoxContent.UNSEEN
    typed, there = _squeezed(words), _squeezed(reading.draft)
    if there == typed:
        return BoxContent.STANDS
    return BoxContent.TOUCHED if typed[:_TELLING] in there else BoxContent.GONE


def _squeezed(words: str) -> str:
    """Without blanks: an input box wraps a text where it likes."""
    return "".join(words.split())
