"""Panes that are looked at again and again: a screen is taken anew only where it may differ.

tmux tells for every window when a program last wrote there, in whole seconds. A screen that
was taken later than that second, in a pane whose other signs are as they were, is still the
one. All facts of all panes are compared every `THOROUGH_SECONDS`, because to tell them is most
of what a look costs a server of many panes. What shows in none of a pane's facts (a terminal
that was reset with the cursor in its corner) is seen within `DUE_SECONDS`.
"""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, snapshot
from cafleet_core.panes.tmux.facts import STATE, STATE_OPTION
from cafleet_core.panes.tmux.snapshot import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.panes.tmux.snapshot import PaneSnapshot

THOROUGH_SECONDS = 5.0
"""After which facts that programs do not change by writing are compared: titles, marks, modes."""

DUE_SECONDS = 30.0
"""After which a screen is taken anew whatever tmux tells; of many panes, a few at each look."""

FEW = 4
"""So many panes are looked at directly: to ask first what has changed would cost more."""

_SETTLED_SECONDS = 2
_CLOCK_SECONDS = 0.5
_PARTS = 16
"""The panes' turns to be taken anew are spread over half of `DUE_SECONDS`, in so many parts."""

_SEPARATOR = "\t"
_SIGNS = (
    "#{window_activity} #{pane_pid} #{pane_dead}#{pane_in_mode}"
    f" #{{pane_width}} #{{pane_height}} #{{?{STATE_OPTION},#{{{STATE}}},}}"
)
_LISTED = "\x1ecafleet album "
_SHORT = _SEPARATOR.join(("#{pane_id}", _SIGNS))
_WHOLE = _SEPARATOR.join((_SHORT, snapshot.FORMAT))


class _Listed(NamedTuple):
    """A pane as tmux lists it: its signs, and where they were asked for its facts."""

    signs: str
    facts: PaneSnapshot | None

    def is_older_than(self, second: int) -> bool:
        """Whether nothing has been written there in this second, nor shortly before it."""
        activity = self.signs.partition(" ")[0]
        return activity.isdecimal() and int(activity) + _SETTLED_SECONDS < second


class _Picture(NamedTuple):
    """A pane with its screen, when it was taken, and its signs shortly before."""

    signs: str
    seen: PaneSnapshot
    taken_at: float

    def still_shows(self, listed: _Listed, now: float) -> bool:
        """Whether the pane is as it was, by all that was listed of it."""
        due_at = self.taken_at + DUE_SECONDS * _share(self.seen.pid)
        if listed.signs != self.signs or now >= due_at:
            return False
        return listed.facts is None or listed.facts == self.seen._replace(screen="")


class Album:
    """The screens of the panes that one thread looks at, by server and pane."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, str], _Picture] = {}
        self._thorough_at: dict[str, float] = {}
        self._offset = 0.0

    def ask(self, socket: str, pane_ids: Sequence[str]) -> Answer:
        """See `snapshot.ask`; the screen is taken now of every pane where it may differ."""
        if len(pane_ids) <= FEW:
            return snapshot.ask(socket, pane_ids)
        self._distrust_a_clock_that_was_set()
        now, second = time.monotonic(), int(clock.here().timestamp())
        listed = _listed(socket, thorough=self._is_thorough(socket, now))
        kept = {
            pane_id: picture.seen
            for pane_id in pane_ids
            if pane_id in listed
            and (picture := self._pictures.get((socket, pane_id))) is not None
            and picture.still_shows(listed[pane_id], now)
        }
        fresh = snapshot.ask(socket, [each for each in pane_ids if each not in kept])
        for pane_id in pane_ids:
            if pane_id not in kept:
                self._pictures.pop((socket, pane_id), None)
        for pane_id, seen in fresh.panes.items():
            if pane_id in listed and listed[pane_id].is_older_than(second):
                picture = _Picture(listed[pane_id].signs, seen, now)
                self._pictures[socket, pane_id] = picture
        return self._answer(socket, pane_ids, kept, fresh)

    def _answer(
        self,
        socket: str,
        pane_ids: Sequence[str],
        kept: Mapping[str, PaneSnapshot],
        fresh: Answer,
    ) -> Answer:
        """The kept snapshots with the fresh ones; all anew if the server is another one."""
        servers = {seen.server_pid for seen in kept.values()}
        if fresh.server_pid and servers - {fresh.server_pid}:
            return snapshot.ask(socket, pane_ids)  # another server has taken its place
        server_pid = fresh.server_pid or next(iter(servers), 0)
        return Answer(server_pid, {**kept, **fresh.panes}, frozenset(kept))

    def _is_thorough(self, socket: str, now: float) -> bool:
        """Whether this look is to compare all facts; the next such look is some time away."""
        thorough = now >= self._thorough_at.get(socket, 0.0)
        if thorough:
            self._thorough_at[socket] = now + THOROUGH_SECONDS
        return thorough

    def _distrust_a_clock_that_was_set(self) -> None:
        """Forget all pictures where the time has jumped: their seconds come again."""
        before, self._offset = self._offset, clock.here().timestamp() - time.monotonic()
        if abs(self._offset - before) > _CLOCK_SECONDS:
            self._pictures.clear()


def _share(pid: int) -> float:
    """The part of `DUE_SECONDS` after which it is a pane's turn, from a half up."""
    return 0.5 + (pid % _PARTS + 1) / (2 * _PARTS)


def _listed(socket: str, *, thorough: bool) -> dict[str, _Listed]:
    """The panes of a server, those of which it tells enough; of no server, nothing."""
    wanted = _WHOLE if thorough else _SHORT
    ask = ("list-panes", "-a", "-F", wanted, ";", "display-message", "-p", _LISTED)
    reply = client.call(ask, socket=socket)
    lines, mark, _ = reply.out.partition(_LISTED)
    listed = {}
    for line in lines.split("\n") if mark else ():
        pane_id, _, rest = line.partition(_SEPARATOR)
        signs, _, facts = rest.partition(_SEPARATOR)
        seen = snapshot.described(facts) if thorough else None
        if signs and (seen is not None or not thorough):
            listed[pane_id] = _Listed(signs, seen)
    return listed
