"""One process a session and machine: claiming it, keeping it, giving it up."""

from __future__ import annotations

from datetime import timedelta

from cafleet_core import clock, host
from cafleet_core.broker.delivery import holder
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Watcher
from cafleet_core.storage import monitors

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

SIGN_SECONDS = 15.0
"""Between two signs. Each is a commit that wakes whoever follows the registry, so they are few."""

_RANK = {
    Watcher.STARTING: 0,
    Watcher.LOOP: 1,
    Watcher.MONITOR: 2,
    Watcher.ROOM: 2,
}
"""Who does more takes the place of who does less."""


class Claim:
    """This process's claim on a session, on the machine that it runs on."""

    def __init__(self, registry: Registry, session_id: str, watcher: Watcher) -> None:
        self._registry = registry
        self._session_id = session_id
        self._holder = holder.this_process(watcher)
        self._held = False
        self._host = host.host()
        self._signed_at = clock.now()

    def keep(self) -> bool:
        """Claim the session, or go on holding it; False while another looks after it."""
        now, here = clock.now(), host.host()
        since = abs(now - self._signed_at)
        recent = since < timedelta(seconds=SIGN_SECONDS) and here == self._host
        if self._held and recent:
            return True
        with self._registry.write():
            claim = monitors.claim(self._registry, self._session_id, here)
            self._held = self._may_take(claim)
            if self._held:
                who = self._holder.text()
                monitors.hold(
                    *(self._registry, self._session_id, here, who, clock.stamp(now))
                )
        self._signed_at, self._host = now, here
        return self._held

    def still_held(self) -> bool:
        """Whether nobody has taken the session over since the last sign; a cheap question."""
        claim = monitors.claim(self._registry, self._session_id, self._host)
        return claim is not None and claim[0] == self._holder.text()

    def release(self) -> None:
        """Give it up, so that the next one need not wait."""
        self._held = False
        with self._registry.write():
            monitors.release(self._registry, self._session_id, self._holder.text())

    def _may_take(self, claim: tuple[str, str] | None) -> bool:
        if claim is not None and claim[0] == self._holder.text():
            return True
        other = holder.delivers(claim, clock.now())
        return other is None or _RANK[other.watcher] < _RANK[self._holder.watcher]
