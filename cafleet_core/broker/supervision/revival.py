"""Start members again whose program has ended, where the user's settings say so, within bounds.

`python -m cafleet_core.broker.supervision.revival SESSION AGENT` is the process that starts one: it takes
seconds, and whoever watches goes on meanwhile.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing

from cafleet_core import clock, host, own_module, text
from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.broker.supervision import background
from cafleet_core.broker.team import restart_member
from cafleet_core.broker.team.restart_member import Restart
from cafleet_core.config import folders, keys
from cafleet_core.config.rules import Revive
from cafleet_core.errors import CafleetError, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import look
from cafleet_core.records import Timing
from cafleet_core.states import AgentKind, EventKind, PaneState
from cafleet_core.storage import events, lookup, starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

MOST, WITHIN_MINUTES = 3, 10
"""A member that ends so often within so long is left alone, whatever the settings say."""

_BEGUN = "it is being started again"
_ONCE = "it has been started again once, and is left alone"
_TOO_OFTEN = (
    f"it was started again {MOST} times within {WITHIN_MINUTES} minutes,"
    " and is left alone"
)


class Revival:
    """The members of a session that were seen to have ended, and what was decided of each."""

    def __init__(self, registry: Registry, revive: Revive) -> None:
        self._registry = registry
        self._revive = revive
        self._decided: dict[str, tuple[str | None, str]] = {}

    def begin(
        self, team: Iterable[Agent], readings: Mapping[str, PaneReading]
    ) -> dict[str, str]:
        """Begin to start again who has ended on this machine; what to say of each, by agent id.

        Each end is decided on once.
        """
        said: dict[str, str] = {}
        for agent in team if self._revive != Revive.NEVER else ():
            since = agent.placement and agent.placement.pane_state_since
            if not _has_ended(agent, readings.get(agent.agent_id)):
                continue
            decided_at, words = self._decided.get(agent.agent_id, ("", ""))
            if decided_at != since:
                words = self._decide(agent)
                self._decided[agent.agent_id] = since, words
            if words:
                said[agent.agent_id] = words
        return said

    def _decide(self, agent: Agent) -> str:
        if starts.of_agent(self._registry, agent.agent_id) is None:
            return ""  # nobody knows how
        since = clock.stamp_after(clock.now(), -60.0 * WITHIN_MINUTES)
        once = self._revive == Revive.ONCE
        kind, session_id = EventKind.REVIVED, agent.session_id
        before = events.count_of(
            self._registry, session_id, agent.agent_id, kind, "" if once else since
        )
        if before >= (1 if once else MOST):
            return _ONCE if once else _TOO_OFTEN
        with self._registry.write(session_id):
            events.add(self._registry, kind, clock.stamp(), session_id, agent.agent_id)
        argv = own_module.command(__name__, agent.session_id, agent.agent_id)
        background.spawn(argv, self._registry.url, folders.state_folder(os.environ))
        return _BEGUN


def _has_ended(agent: Agent, reading: PaneReading | None) -> bool:
    """Whether a member of this machine has ended, and no process is at it."""
    placement = agent.placement
    return (
        agent.kind == AgentKind.MEMBER
        and placement is not None
        and placement.host == host.host_id()
        and placement.operation is None
        and placement.pane_state
        == PaneState.DEAD  # stored: its end is an event already
        and reading is not None
        and reading.state == PaneState.DEAD
        and reading.refusal is None
    )


def main(session_id: str, agent_id: str) -> None:
    """Start a member again, if it is still not running; tell its Director where that fails."""
    with closing(open_registry(os.environ[keys.DATABASE_URL])) as registry:
        agent = identity.find_agent(registry, session_id, agent_id)
        try:
            _refuse_living(agent)
            restart_member.restart(registry, agent, Restart())
        except CafleetError as error:
            _tell(registry, agent, error.message)


def _refuse_living(agent: Agent) -> None:
    seen = look([agent]).get(agent.agent_id)
    if seen is None or seen.refusal or seen.state != PaneState.DEAD:
        raise Refused("its program may be running.")


def _tell(registry: Registry, agent: Agent, why: str) -> None:
    """Have the Director told that a member was not started again."""
    placement = agent.placement
    wanted = (placement and placement.director_agent_id) or ""
    for director in lookup.by_ids(registry, [wanted]):
        words = f"{text.label(agent.name)} was not started again: {why}"
        at_once = Timing(not_before=clock.stamp())
        send.send(registry, director, [director], words, timing=at_once)


if __name__ == "__main__":
    main(*sys.argv[1:])
