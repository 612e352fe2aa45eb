"""Panes that are looked at again and again: a screen is taken anew only where it may differ.

tmux tells for every window when a program last wrote there, in whole seconds. A screen that
was taken later than that second, in a pane that is otherwise as it was, is still the one. What
writes nothing and shows in none of a pane's facts (a terminal that was reset with the cursor
in its corner, a size that was changed and changed back) is seen within `DUE_SECONDS`.
"""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, snapshot
from cafleet_core.panes.tmux.snapshot import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.panes.tmux.snapshot import PaneSnapshot

DUE_SECONDS = 10.0
"""After which a screen is taken anew whatever tmux tells."""

FEW = 4
"""So many panes are looked at directly: to ask first what has changed would cost more."""

_SETTLED_SECONDS = 2
_CLOCK_SECONDS = 0.5

_SEPARATOR = "\t"
_SIGNS = (
    "#{window_activity} #{pane_width} #{pane_height} #{history_size} #{cursor_x}"
    " #{insert_flag} #{wrap_flag} #{scroll_region_upper} #{scroll_region_lower}"
)
_LISTED = "\x1ecafleet album "
_FORMAT = _SEPARATOR.join(("#{pane_id}", _SIGNS, snapshot.FORMAT))
_LIST = ("list-panes", "-a", "-F", _FORMAT, ";", "display-message", "-p", _LISTED)


class _Listed(NamedTuple):
    """A pane as tmux lists it: its facts without its screen, and when it was written to."""

    signs: str
    facts: PaneSnapshot

    def is_older_than(self, second: int) -> bool:
        """Whether nothing has been written there in this second, nor shortly before it."""
        activity = self.signs.partition(" ")[0]
        return activity.isdecimal() and int(activity) + _SETTLED_SECONDS < second


class _Picture(NamedTuple):
    """A pane's screen, and how the pane was listed just before it was taken."""

    listed: _Listed
    screen: str
    taken_at: float


class Album:
    """The screens of the panes that one thread looks at, by server and pane."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, str], _Picture] = {}
        self._offset = 0.0

    def ask(self, socket: str, pane_ids: Sequence[str]) -> Answer:
        """See `snapshot.ask`; the screen is taken now of every pane where it may differ."""
        if len(pane_ids) <= FEW:
            return snapshot.ask(socket, pane_ids)
        self._distrust_a_clock_that_was_set()
        now, second = time.monotonic(), int(clock.here().timestamp())
        listed = _listed(socket)
        kept = {
            pane_id: listed[pane_id].facts._replace(screen=picture.screen)
            for pane_id in pane_ids
            if pane_id in listed
            and (picture := self._pictures.get((socket, pane_id))) is not None
            and picture.listed == listed[pane_id]
            and now - picture.taken_at < DUE_SECONDS
        }
        fresh = snapshot.ask(socket, [each for each in pane_ids if each not in kept])
        for pane_id in pane_ids:
            if pane_id not in kept:
                self._pictures.pop((socket, pane_id), None)
        for pane_id, seen in fresh.panes.items():
            if pane_id in listed and listed[pane_id].is_older_than(second):
                picture = _Picture(listed[pane_id], seen.screen, now)
                self._pictures[socket, pane_id] = picture
        servers = {seen.server_pid for seen in kept.values()}
        if fresh.server_pid and servers - {fresh.server_pid}:
            return snapshot.ask(socket, pane_ids)  # another server has taken its place
        return Answer(fresh.server_pid or next(iter(servers), 0), kept | fresh.panes)

    def _distrust_a_clock_that_was_set(self) -> None:
        """Forget all pictures where the time has jumped: their seconds come again."""
        before, self._offset = self._offset, clock.here().timestamp() - time.monotonic()
        if abs(self._offset - before) > _CLOCK_SECONDS:
            self._pictures.clear()


def _listed(socket: str) -> dict[str, _Listed]:
    """The panes of a server, those of which it tells enough; of no server, nothing."""
    reply = client.call(_LIST, socket=socket)
    lines, mark, _ = reply.out.partition(_LISTED)
    listed = {}
    for line in lines.split("\n") if mark else ():
        pane_id, _, rest = line.partition(_SEPARATOR)
        signs, _, facts = rest.partition(_SEPARATOR)
        seen = snapshot.described(facts)
        if seen is not None:
            listed[pane_id] = _Listed(signs, seen)
    return listed
