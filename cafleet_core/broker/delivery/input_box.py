"""What is still typed in an input box, and how often a pane that moves on is looked at again."""

from __future__ import annotations

import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import expression as compiled
from cafleet_core.panes.reading.box import unstyled
from cafleet_core.states import BoxContent, BoxSight, PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.views import PaneReading

_SECOND_LOOKS = 60
_SECOND_LOOK_AFTER = 0.03

_TELLING = 20
"""Characters by which the beginning of a text is known again."""

_ECHOED = 19
"""Characters of a message's head with eight of its id, by which it is told from others."""

_IN_FRONT = frozenset((PaneState.WAITING, PaneState.SUSPENDED))
_UNREAD = frozenset(
    (PaneState.UNKNOWN, PaneState.STARTING, PaneState.SHELL, PaneState.DEAD)
)


def tries() -> Iterator[None]:
    """As often as a pane that has moved on since it was seen at rest is looked at again."""
    yield
    for _ in range(_SECOND_LOOKS):
        time.sleep(_SECOND_LOOK_AFTER)
        yield


def content(words: str, reading: PaneReading, folds: Sequence[str]) -> BoxContent:
    """What an input box still holds of `words` that were typed into it.

    GONE; STANDS, where that, or by one of the cues `folds` what stands for it, and nothing
    else can be seen in the box; TOUCHED, where part of it or more than that is there;
    COVERED by a question or another view; UNSEEN where no box is known.
    """
    if reading.state in _IN_FRONT or reading.box == BoxSight.COVERED:
        return BoxContent.COVERED
    if reading.state in _UNREAD:
        return BoxContent.UNSEEN
    typed, there = _squeezed(words), _squeezed(reading.draft)
    if there == typed or any(_stands_for(fold, reading.draft, words) for fold in folds):
        return BoxContent.STANDS
    return BoxContent.TOUCHED if typed[:_TELLING] in there else BoxContent.GONE


def echoes(words: str, screen: str | None) -> int:
    """How often the beginning of a text stands on a screen, as a turn that was taken does."""
    beginning = _squeezed(words)[:_ECHOED]
    return _squeezed("".join(unstyled(screen or ""))).count(beginning)


def _stands_for(fold: str, draft: str, words: str) -> bool:
    """Whether a draft is the fold of this very text, as far as it tells how long that is."""
    match = compiled(fold).fullmatch(draft.strip())
    if match is None:
        return False
    lengths, breaks = match.groupdict(), words.count("\n")
    if chars := lengths.get("chars"):
        return int(chars) == len(words)
    # some count the lines, others the breaks between them
    return int(lengths.get("lines") or 0) in (breaks, breaks + 1)


def _squeezed(words: str) -> str:
    """Without blanks: an input box wraps a text where it likes."""
    return "".join(words.split())
