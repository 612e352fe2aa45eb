"""Who holds a session on a machine, as its claim keeps it, and whether that one still delivers."""

from __future__ import annotations

import os

from cafleet_core import clock, ids, process
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import Watcher

if TYPE_CHECKING:
    from datetime import datetime

STALE_SECONDS = 45.0
"""How long a holder may give no sign, before another takes its place although it seems to run."""

STARTING_SECONDS = 10.0
"""How long whoever starts a loop may take until its process is known."""

_NOBODY = "-"


class Holder(NamedTuple):
    """A process that holds a claim; `nonce` tells it from one that held it before.

    `started` and `namespace` are what `process` says of it.
    """

    watcher: Watcher
    pid: int
    started: str
    namespace: str
    nonce: str

    def text(self) -> str:
        """In the form in which the registry keeps it."""
        fields = (self.watcher, str(self.pid), self.started, self.namespace, self.nonce)
        return " ".join(field or _NOBODY for field in fields)


def this_process(watcher: Watcher) -> Holder:
    """This process as a holder, different each time."""
    pid = os.getpid()
    return Holder(watcher, pid, process.started(pid), process.namespace(), ids.new())


def to_come(pid: int = 0) -> Holder:
    """A loop that is being started: its process, which has yet to begin, once that is known."""
    started = process.started(pid) if pid else ""
    return Holder(Watcher.STARTING, pid, started, process.namespace(), ids.new())


def parse(text: str) -> Holder | None:
    """Read what `Holder.text` wrote; None for anything else, such as another version's."""
    fields = ["" if field == _NOBODY else field for field in text.split(" ")]
    if len(fields) != len(Holder._fields) or fields[0] not in tuple(Watcher):
        return None
    watcher, pid, *rest = fields
    return Holder(Watcher(watcher), int(pid), *rest) if pid.isdecimal() else None


def delivers(claim: tuple[str, str] | None, at: datetime) -> Holder | None:
    """The holder of a claim, where it can be counted on at `at`.

    A process that has ended, or is stopped, cannot, and that shows at once; one that
    hangs, or cannot be asked for from here, is believed until its signs are stale. A sign
    of later than `at` is of before the clock was set back.
    """
    holder = parse(claim[0]) if claim else None
    if claim is None or holder is None:
        return None
    lasts = STALE_SECONDS if holder.pid else STARTING_SECONDS
    earliest, latest = clock.plus(at, -lasts), clock.plus(at, lasts)
    if not clock.stamp(earliest) <= claim[1] <= clock.stamp(latest):
        return None
    if not holder.pid:
        return holder
    here = process.runs(holder.pid, holder.started, holder.namespace)
    return None if here is False else holder
