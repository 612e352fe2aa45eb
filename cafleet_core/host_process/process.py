"""Type what is owed to this machine's agents, keep their states, and tell that it is there.

One process a machine and user does so for all sessions. It wakes with the commits that are for it,
and reads rows: a notice that was lost costs seconds, never a message.
"""

from __future__ import annotations

import time
from contextlib import suppress

from cafleet_core import __version__, clock, host
from cafleet_core.broker.delivery import pending, policy
from cafleet_core.broker.hosts.presence import SIGN_SECONDS, Host
from cafleet_core.broker.registry.commits import Bell
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.broker.team import elsewhere, operations
from cafleet_core.broker.team.pane_states import seen
from cafleet_core.errors import Refused, RegistryError, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.host_process import requests
from cafleet_core.host_process.long_requests import LongRequests
from cafleet_core.host_process.relay_server import RelayServer
from cafleet_core.host_process.screens import LiveScreens
from cafleet_core.panes.reading.past import PastReadings
from cafleet_core.states import AgentKind, Watcher
from cafleet_core.storage import hosts, lookup, notices
from cafleet_core.storage.registry import NO_SESSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cafleet_core.broker.registry.open import Registry
    from cafleet_core.config.rules import PushRules, Thresholds
    from cafleet_core.records import Agent

LOOK_SECONDS = 2.0
"""Seconds between two looks at the panes of this machine."""

_CONFIRM_SECONDS = policy.CONFIRM_SECONDS + 0.05


class HostProcess:
    """The host process of this machine, a step at a time; only who has its lock steps."""

    def __init__(
        self,
        registry: Registry,
        rules: PushRules,
        limits: Thresholds,
        accepts: Iterable[str],
        *,
        shares_screens: bool = True,
    ) -> None:
        screens = elsewhere.OF_SCREENS if shares_screens else ()
        self._registry = registry
        self._rules = rules
        self._limits = limits
        self._relay: RelayServer | None = None
        self._host = Host(
            host.host_id(),
            host.name(),
            host.boot_id(),
            None,
            __version__,
            " ".join(dict.fromkeys((*elsewhere.ALWAYS, *accepts, *screens))),
        )
        here = self._host.host_id
        self._requests = {notices.ANYTHING, notices.asked(here)}
        self._owed = {notices.ANYTHING, notices.owed(here)}
        self._past = PastReadings()
        self._monitors: dict[str, Monitor] = {}
        self._bell = Bell()
        self._commits = registry.watch(self._bell, topics=self._topics())
        self._version = self._commits.seen
        self._sign_at = self._look_at = 0.0
        self._confirm_at: float | None = None
        self._long = LongRequests(registry)
        self._screens = LiveScreens(registry, self._host.host_id, shares=shares_screens)

    def take(self) -> bool:
        """Whether this is the machine's one host process from now on.

        Raises Refused where another machine runs under the same id.
        """
        if self._registry.take(f"host {self._host.host_id}"):
            return True
        [*others] = hosts.get(self._registry, [self._host.host_id])
        for other in others:
            if other.seen_at and other.boot_id not in ("", self._host.boot_id):
                raise Refused(
                    f"machine {other.name} runs under this one's id: a copied machine needs"
                    f" its own; write another id into {host.id_file()}."
                )
        return False

    def step(self) -> None:
        """Do what is due; raises Refused where another process has got the lock meanwhile."""
        try:
            self._do_what_is_due()
        except RegistryError:
            if self._relay:
                self._relay.tell()  # whoever waits there is to look what is wrong
            raise

    def _do_what_is_due(self) -> None:
        moved = self._commits.look() != self._version
        self._version = self._commits.seen
        heard, now = self._registry.heard(), time.monotonic()
        due = now >= self._look_at or now >= (self._confirm_at or self._look_at)
        if now >= self._sign_at:
            self._sign()
            self._sign_at = now + SIGN_SECONDS
        is_asked = self._long.reap() or due or not heard.isdisjoint(self._requests)
        self._screens.step(asked=is_asked)
        served = is_asked and self._serve_requests()
        typed = (due or not heard.isdisjoint(self._owed)) and self._type()
        if now >= self._look_at:
            self._look()
            self._look_at = time.monotonic() + LOOK_SECONDS
            moved = True  # states may have changed
        if self._relay and (moved or served or typed):
            self._relay.tell()

    def _serve_requests(self) -> int:
        return requests.serve(self._registry, self._host.accepts, self._long)

    def _type(self) -> int:
        """Type what is owed, and look again soon where something was typed."""
        typed = pending.settle(self._registry, self._rules)
        self._confirm_at = time.monotonic() + _CONFIRM_SECONDS if typed else None
        return typed

    def rest(self) -> None:
        """Sleep until something is due, or another process has committed."""
        due = min(
            *(self._sign_at, self._look_at, self._confirm_at or self._sign_at),
            self._screens.due or self._sign_at,
        )
        self._commits.follow(self._topics())
        seconds = due - time.monotonic()
        if seconds > 0 and self._commits.look() == self._version:
            self._commits.wait(seconds)

    def _topics(self) -> set[str]:
        """What this process is to hear of, and the commands that wait at its socket."""
        awaited = self._relay.awaited() if self._relay else []
        if any(not topics for topics in awaited):
            return set()
        return self._requests.union(self._owed, *awaited)

    def serve(self) -> None:
        """Serve this machine's commands from now on; raises OSError where no socket can be."""
        self._relay = RelayServer(self._registry, self._bell)

    def close(self) -> None:
        """Tell that it is gone, so that nobody waits for it."""
        if self._relay:
            self._relay.close()
        self._commits.close()
        for monitor in self._monitors.values():
            monitor.release()
        self._registry.change(NO_SESSION, hosts.leave(self._host.host_id))

    def _sign(self) -> None:
        if not self.take():  # the connection that held the lock was lost
            raise Refused("another host process of this machine has taken over.")
        signed = self._host._replace(seen_at=clock.stamp())
        self._registry.change(NO_SESSION, hosts.sign(signed), durable=False)

    def _look(self) -> None:
        """Look at every pane of this machine, one tmux call a server; watch their sessions."""
        agents = lookup.agents_on(self._registry, self._host.host_id)
        self._mend(agents)
        views = seen(agents, self._past)
        for session_id in self._watched(agents):
            self._monitors[session_id].tick(views)

    def _mend(self, agents: Sequence[Agent]) -> None:
        """Finish or take back what processes left that died while they made or ended a member."""
        now = clock.now()
        for agent in agents:
            if agent.kind == AgentKind.MEMBER and operations.interrupted(agent, now):
                with suppress(TmuxError):  # another look tells
                    operations.mend(self._registry, agent)

    def _watched(self, agents: Sequence[Agent]) -> list[str]:
        """The sessions that have agents here, each with its monitor."""
        here = list(dict.fromkeys(agent.session_id for agent in agents))
        for session_id in set(self._monitors) - set(here):
            self._monitors.pop(session_id).release()
        for session_id in here:
            if session_id not in self._monitors:
                self._monitors[session_id] = Monitor(
                    *(self._registry, session_id, self._rules, self._limits),
                    watcher=Watcher.HOST,
                )
        return here
