"""Who delivers what is held in a session, as a fact and in words."""

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
    Watcher.MONITOR: "monitor",
    Watcher.ROOM: "the control room",
}


class Delivery(NamedTuple):
    """How a session's mail gets on: who delivers it on this machine, and how much is held here.

    `watcher` and `pid` are None where nobody does; `pid` is 0 for one that is starting.
    """

    session_id: str
    watcher: Watcher | None
    pid: int | None
    held: int

    @property
    def stuck(self) -> bool:
        """Whether mail waits until somebody happens to run a command."""
        return bool(self.held) and self.watcher is None

    @property
    def keeps_states(self) -> bool:
        """Whether the states of the session's panes are kept as fresh as can be."""
        return self.watcher in (Watcher.MONITOR, Watcher.ROOM)

    @property
    def words(self) -> str:
        """Who delivers, or what to do where nobody does."""
        if self.watcher is not None:
            pid = f", pid {self.pid}" if self.pid else ""
            return f"{_NAMES[self.watcher]}{pid}"
        if self.held:
            return f"nobody: run cafleet monitor --session-id {self.session_id}"
        return "nobody, and nothing is held"


def delivery(registry: Registry, session_id: str) -> Delivery:
    """How the mail of one session gets on."""
    claim = monitors.claim(registry, session_id, host.host())
    who = holder.delivers(claim, clock.now())
    held = work.left(registry, session_id).held
    watcher, pid = (who.watcher, who.pid) if who else (None, None)
    return Delivery(session_id, watcher, pid, held)
