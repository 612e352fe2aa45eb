"""What agents on other machines do, as their host processes have stored it."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.states import PaneState, PushReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry

SOURCE = "host"


def readings(registry: Registry, agents: Iterable[Agent]) -> dict[str, PaneReading]:
    """The readings of those agents that live on other machines, by agent id.

    They have no screen. What an agent does on a machine that is away is not known.
    """
    here = host.host_id()
    away = [
        (agent.agent_id, agent.placement)
        for agent in agents
        if agent.placement is not None and agent.placement.host != here
    ]
    if not away:
        return {}
    from cafleet_core.broker.hosts import presence  # most teams have one machine

    hosts = presence.known(registry, (placement.host for _, placement in away))
    now = clock.now()
    return {
        agent_id: _reading(
            placement,
            presence.label(hosts.get(placement.host), placement.host),
            presence.is_there(hosts.get(placement.host), now),
        )
        for agent_id, placement in away
    }


def _reading(placement: Placement, name: str, is_there: bool) -> PaneReading:
    """What is stored of an agent on the machine of this name, if that is there."""
    if not is_there:
        return PaneReading(
            PaneState.UNKNOWN,
            SOURCE,
            f"host away: {name}",
            refusal=PushReason.HOST_AWAY,
        )
    state = placement.pane_state or PaneState.UNKNOWN
    asked = question(placement.question) if state == PaneState.WAITING else None
    evidence = asked.asked if asked else f"seen on {name}"
    return PaneReading(state, SOURCE, evidence, question=asked)


def question(document: str | None) -> Question | None:
    """A stored question; None where there is none, or another program wrote it."""
    if document is None:
        return None
    import json  # few agents ask something

    try:
        stored = json.loads(document)
        options = [
            Option(int(each["digit"]), str(each["label"]), False)
            for each in stored["options"]
        ]
        return Question(str(stored["asked"]), tuple(options))
    except (KeyError, TypeError, ValueError):
        return None
