"""What an input box still holds of a typed text, and how often to look at a moving pane."""

from __future__ import annotations

import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import expression as compiled
from cafleet_core.panes.reading.box import unstyled
from cafleet_core.states import BoxContent, BoxSight, PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.readings import PaneReading

_SECOND_LOOKS = 60
_SECOND_LOOK_AFTER = 0.03

_TELLING = 20
"""Length of a text's beginning that identifies it on a screen."""

_ECHOED = 19
"""Length of a message's head with eight characters of its id, which identifies it on a screen."""

_IN_FRONT = frozenset((PaneState.WAITING, PaneState.SUSPENDED))
_UNREAD = frozenset(
    (PaneState.UNKNOWN, PaneState.STARTING, PaneState.SHELL, PaneState.DEAD)
)


def tries() -> Iterator[None]:
    """Yield once, then for each retry of a look, with a pause before it."""
    yield
    for _ in range(_SECOND_LOOKS):
        time.sleep(_SECOND_LOOK_AFTER)
        yield


def content(words: str, reading: PaneReading, folds: Sequence[str]) -> BoxContent:
    """What an input box still holds of `words` that were typed into it.

    GONE; STANDS: only the text, or one of the agent's `folds` in its place; TOUCHED: part
    of the text, or more than it; COVERED by a question or another view; UNSEEN without a
    known box.
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
    """How often the beginning of a text stands on a screen, as agents echo a turn they take."""
    beginning = _squeezed(words)[:_ECHOED]
    return _squeezed("".join(unstyled(screen or ""))).count(beginning)


def _stands_for(fold: str, draft: str, words: str) -> bool:
    """Whether a draft is a fold of this text, by the length that the fold states."""
    match = compiled(fold).fullmatch(draft.strip())
    if match is None:
        return False
    lengths, breaks = match.groupdict(), words.count("\n")
    if chars := lengths.get("chars"):
        return int(chars) == len(words)
    # some agents count the lines, others the breaks between them
    return int(lengths.get("lines") or 0) in (breaks, breaks + 1)


def _squeezed(words: str) -> str:
    """The text without blanks, since input boxes wrap it anywhere."""
    return "".join(words.split())
