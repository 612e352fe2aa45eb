"""Seeing a turn that was just typed leave its input box, while its caller waits for it."""

from __future__ import annotations

import time

from cafleet_core.agents.cues import Cues
from cafleet_core.broker.delivery import input_box, policy
from cafleet_core.panes.reading import look
from cafleet_core.panes.tmux.snapshot import Glimpse
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.states import BoxContent

_LOOK_EVERY = 0.05


def see_submitted(turn: Turn, cues: Cues, before: Glimpse | None) -> bool | None:
    """Whether the text of a typed turn has left the input box; None where nobody can tell.

    Where it stands there still, Enter is pressed once more, and it is waited for again:
    each time for `policy.CONFIRM_SECONDS` at most. A screen that is as it was `before` the
    typing has not taken the text in yet.
    """
    left, seen = _wait(turn, cues, before)
    if left == BoxContent.STANDS and seen is not None:
        writer.type_turns([turn._replace(text="", keys="", position=seen.position)])
        left, _ = _wait(turn, cues, seen)
    return {BoxContent.GONE: True, BoxContent.STANDS: False}.get(left)


def _wait(
    turn: Turn, cues: Cues, before: Glimpse | None
) -> tuple[BoxContent, Glimpse | None]:
    deadline = time.monotonic() + policy.CONFIRM_SECONDS
    while True:
        seen = input_box.look([turn]).get((turn.socket, turn.pane_id))
        if seen is None or not any(cues):
            return BoxContent.UNSEEN, None
        left = input_box.left_of(turn.text, look.judge(seen, cues))
        moved = before is None or seen.screen != before.screen
        if (moved and left != BoxContent.STANDS) or time.monotonic() > deadline:
            return left, seen
        time.sleep(_LOOK_EVERY)
