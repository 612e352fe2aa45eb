"""The live screens of agents on other machines: wanted here, stored by their machine."""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.broker.hosts import presence
from cafleet_core.broker.team import stored_states
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Verb
from cafleet_core.storage import live_screens
from cafleet_core.storage.registry import NO_SESSION

if TYPE_CHECKING:
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry

LEASE_SECONDS = 15.0
"""Seconds for which a screen is shown to somebody who does not renew the wish."""

_RENEW_SECONDS = 5.0

_UNASKED = "machine {name} is asked for no screen by who only looks"


class LiveScreens:
    """The screens that one viewer looks at, each for as long as it asks for it.

    One that only reads the registry cannot ask: it sees what others have asked for.
    """

    def __init__(self, registry: Registry, *, asks: bool = True) -> None:
        self._registry = registry
        self._asks = asks
        self._renew_at: dict[str, float] = {}

    def reading(self, agent: Agent) -> dict[str, PaneReading]:
        """An agent's stored reading with its screen, or in its place why there is none.

        By its id; empty for an agent on this machine, or without a place.
        """
        readings = stored_states.readings(self._registry, [agent])
        placement = agent.placement
        if placement is None or agent.agent_id not in readings:
            return {}
        screen = self._screen(agent, placement)
        return {agent.agent_id: readings[agent.agent_id]._replace(screen=screen)}

    def _screen(self, agent: Agent, placement: Placement) -> str:
        hosts = presence.known(self._registry, [placement.host])
        machine = hosts.get(placement.host)
        name = presence.label(machine, placement.host)
        if machine is None or not presence.is_there(machine, clock.now()):
            return _instead(f"machine {name} is away")
        if Verb.SCREEN not in machine.accepts.split():
            return _instead(f"machine {name} does not share its screens")
        if self._asks:
            self._want(agent, placement)
        shown = live_screens.get(self._registry, agent.agent_id)
        if shown.seen_at is None:
            waiting = f"waiting for machine {name} …"
            return _instead(waiting if self._asks else _UNASKED.format(name=name))
        return shown.screen

    def _want(self, agent: Agent, placement: Placement) -> None:
        now = time.monotonic()
        if now < self._renew_at.get(agent.agent_id, 0.0):
            return
        self._renew_at = {agent.agent_id: now + _RENEW_SECONDS}
        at = clock.now()
        until = clock.stamp_after(at, LEASE_SECONDS)
        wish = (agent.agent_id, agent.session_id, placement.host, until)
        statements = live_screens.want(*wish, clock.stamp(at))
        self._registry.change(NO_SESSION, *statements, durable=False)


def _instead(words: str) -> str:
    """A sentence in the place of a screen, fainter than one."""
    return f"\x1b[2m{words}\x1b[0m"
