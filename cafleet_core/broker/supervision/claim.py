"""Claim a session for one process a host: take, keep and release the claim."""

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
"""Seconds between two signs. Few, as each is a commit that wakes all who follow the registry."""

_RANK = {
    Watcher.STARTING: 0,
    Watcher.LOOP: 1,
    Watcher.HOST: 2,
    Watcher.MONITOR: 3,
    Watcher.ROOM: 3,
}
"""A watcher that does more takes the claim of one that does less."""


class Claim:
    """This process's claim on a session on its host."""

    def __init__(self, registry: Registry, session_id: str, watcher: Watcher) -> None:
        self._registry = registry
        self._session_id = session_id
        self._holder = holder.this_process(watcher)
        self._held = False
        self._host = host.host_id()
        self._signed_at = clock.now()

    def keep(self) -> bool:
        """Take or renew the claim; False while another process holds it."""
        now, here = clock.now(), host.host_id()
        since = abs(now - self._signed_at)
        recent = since < timedelta(seconds=SIGN_SECONDS) and here == self._host
        if self._held and recent:
            return True
        with self._registry.write(self._session_id):
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
        """Whether nobody has taken the claim since the last sign; a cheap query."""
        claim = monitors.claim(self._registry, self._session_id, self._host)
        return claim is not None and claim[0] == self._holder.text()

    def release(self) -> None:
        """Release the claim, so that the next process need not wait."""
        if not self._held:
            return
        self._held = False
        with self._registry.write(self._session_id):
            monitors.release(self._registry, self._session_id, self._holder.text())

    def _may_take(self, claim: tuple[str, str] | None) -> bool:
        if claim is not None and claim[0] == self._holder.text():
            return True
        other = holder.delivers(claim, clock.now())
        return other is None or _RANK[other.watcher] < _RANK[self._holder.watcher]
