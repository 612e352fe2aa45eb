"""The process that holds a session's claim on a host, and whether it still delivers."""

from __future__ import annotations

import os

from cafleet_core import clock, ids, process
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import Watcher

if TYPE_CHECKING:
    from datetime import datetime

STALE_SECONDS = 45.0
"""Seconds without a sign after which a holder loses its claim although its process runs."""

STARTING_SECONDS = 10.0
"""Seconds until the process of a loop that is being started must be known."""

_NOBODY = "-"


class Holder(NamedTuple):
    """A process that holds a claim; `nonce` tells it from an earlier holder of that pid.

    `started` and `namespace` are as in `process`.
    """

    watcher: Watcher
    pid: int
    started: str
    namespace: str
    nonce: str

    def text(self) -> str:
        """The form in which the registry stores it."""
        fields = (self.watcher, str(self.pid), self.started, self.namespace, self.nonce)
        return " ".join(field or _NOBODY for field in fields)


def this_process(watcher: Watcher) -> Holder:
    """A holder for this process, with a new nonce."""
    pid = os.getpid()
    return Holder(watcher, pid, process.started(pid), process.namespace(), ids.new())


def to_come(pid: int = 0) -> Holder:
    """A holder for a loop that is being started, with its pid once that is known."""
    started = process.started(pid) if pid else ""
    return Holder(Watcher.STARTING, pid, started, process.namespace(), ids.new())


def parse(text: str) -> Holder | None:
    """The holder that `Holder.text` wrote; None for any other text, such as another version's."""
    fields = ["" if field == _NOBODY else field for field in text.split(" ")]
    if len(fields) != len(Holder._fields) or fields[0] not in tuple(Watcher):
        return None
    watcher, pid, *rest = fields
    return Holder(Watcher(watcher), int(pid), *rest) if pid.isdecimal() else None


def delivers(claim: tuple[str, str] | None, at: datetime) -> Holder | None:
    """The holder of a claim if it can be relied on at `at`, else None.

    A process that has ended or is stopped cannot, which shows at once. One that hangs, or
    runs in another pid namespace, is relied on until its signs are stale. A sign later than
    `at` was stamped before the clock was set back.
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
