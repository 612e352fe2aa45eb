"""A look at the panes of several recipients, and at what is still typed in their input boxes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from cafleet_core.errors import TmuxError
from cafleet_core.panes.reading.fuse import Judgement
from cafleet_core.panes.tmux import snapshot
from cafleet_core.panes.tmux.snapshot import Glimpse
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from cafleet_core.states import BoxContent, PaneState

Glimpses = Mapping[tuple[str, str], Glimpse]
"""What panes showed, by socket and pane."""


_SECOND_LOOKS = 60
_SECOND_LOOK_AFTER = 0.03

_TELLING = 20
"""Characters by which the beginning of a text is known again."""


def look(turns: Iterable[Turn | PushResult]) -> Glimpses:
    """What the panes to be typed into show: one tmux call a server.

    A server that does not answer shows nothing; the writer will say what is wrong.
    """
    panes: dict[str, dict[str, None]] = defaultdict(dict)
    for turn in turns:
        if isinstance(turn, Turn):
            panes[turn.socket][turn.pane_id] = None
    found = {}
    for socket, pane_ids in panes.items():
        try:
            taken = snapshot.take(socket, list(pane_ids))
        except TmuxError:
            continue
        found.update({(socket, pane_id): one for pane_id, one in taken.items()})
    return found


def tries() -> Iterator[None]:
    """As often as a pane that has moved on since it was seen at rest is looked at again."""
    yield
    for _ in range(_SECOND_LOOKS):
        time.sleep(_SECOND_LOOK_AFTER)
        yield


def seen(turn: Turn | PushResult, glimpses: Glimpses) -> Glimpse | None:
    """What was seen of the pane of a turn; None where nothing was, or where there is none."""
    if not isinstance(turn, Turn):
        return None
    return glimpses.get((turn.socket, turn.pane_id))


def left_of(words: str, judged: Judgement) -> BoxContent:
    """What an input box still holds of `words` that were typed into it.

    GONE; STANDS, where that and nothing else can be seen in the box; TOUCHED, where part
    of it or more than that is there; COVERED by a question; UNSEEN where no box is known.
    """
    if judged.state == PaneState.WAITING:
        return BoxContent.COVERED
    if judged.state == PaneState.UNKNOWN:
        return BoxContent.UNSEEN
    typed, there = _squeezed(words), _squeezed(judged.draft)
    if there == typed:
        return BoxContent.STANDS
    return BoxContent.TOUCHED if typed[:_TELLING] in there else BoxContent.GONE


def _squeezed(words: str) -> str:
    """Without blanks: an input box wraps a text where it likes."""
    return "".join(words.split())
