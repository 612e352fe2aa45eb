"""Which process delivers a session's held messages, as a record and in words."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.delivery import holder, work
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import Watcher
from cafleet_core.storage import monitors

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_NAMES = {
    Watcher.STARTING: "background loop, starting",
    Watcher.LOOP: "background loop",
    Watcher.HOST: "host process",
    Watcher.MONITOR: "monitor",
    Watcher.ROOM: "the control room",
}


class Deliverer(NamedTuple):
    """Who delivers a session's messages on this host, and how many are held here.

    `watcher` and `pid` are None if no process does; `pid` is 0 for one that is starting.
    """

    session_id: str
    watcher: Watcher | None
    pid: int | None
    held: int

    @property
    def stuck(self) -> bool:
        """Whether held messages wait until somebody runs a command."""
        return bool(self.held) and self.watcher is None

    @property
    def keeps_states(self) -> bool:
        """Whether a process keeps the states of the session's panes up to date."""
        return self.watcher in (Watcher.HOST, Watcher.MONITOR, Watcher.ROOM)

    @property
    def words(self) -> str:
        """Who delivers, or what to do if nobody does."""
        if self.watcher is not None:
            pid = f", pid {self.pid}" if self.pid else ""
            return f"{_NAMES[self.watcher]}{pid}"
        if self.held:
            return f"nobody: run cafleet monitor --session-id {self.session_id}"
        return "nobody, and nothing is held"


def find(registry: Registry, session_id: str) -> Deliverer:
    """Who delivers a session's messages here, if anybody does."""
    claim = monitors.claim(registry, session_id, host.host_id())
    who = holder.delivers(claim, clock.now())
    held = work.left(registry, session_id).held
    watcher, pid = (who.watcher, who.pid) if who else (None, None)
    return Deliverer(session_id, watcher, pid, held)
