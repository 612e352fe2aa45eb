"""A Director's team: its members, and where each is placed."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.directory import identity
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind
from cafleet_core.storage import activity, overview
from cafleet_core.views import PULSE_MINUTES, Member, Pulse

if TYPE_CHECKING:
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


def roster(registry: Registry, session_id: str) -> list[Member]:
    """Every agent of a session, deregistered ones too, with its activity."""
    return overview.roster(registry, session_id)


def pulses(registry: Registry, session_id: str) -> dict[str, Pulse]:
    """How often each agent sent, read or acked in each of the last `PULSE_MINUTES`."""
    since = clock.stamp_after(clock.now(), -60 * PULSE_MINUTES)
    beats: dict[str, Pulse] = {}
    for agent_id, minute, count in activity.acts(registry, session_id, since):
        began = clock.parse(f"{minute}:00+00:00")
        beats.setdefault(agent_id, {})[int(began.timestamp()) // 60] = count
    return beats


def team(registry: Registry, caller: Caller) -> list[Member]:
    """The active members of the caller's team; for the Administrator, all of the session."""
    everyones = caller.agent.kind == AgentKind.ADMINISTRATOR
    return [
        member
        for member in roster(registry, caller.session.session_id)
        if member.agent.kind == AgentKind.MEMBER
        and (placement := member.agent.placement) is not None
        and (everyones or placement.director_agent_id == caller.agent.agent_id)
    ]


def find(registry: Registry, caller: Caller, reference: str) -> Agent:
    """A member of the caller's own team; for the Administrator, any agent with a pane.

    Raises NotFound, Ambiguous, or Refused for another Director's member.
    """
    agent = identity.find_agent(registry, caller.session.session_id, reference)
    placement = agent.placement
    if caller.agent.kind == AgentKind.ADMINISTRATOR and placement is not None:
        return agent
    if placement is None or placement.director_agent_id != caller.agent.agent_id:
        raise Refused(
            f"agent {agent.agent_id} is not a member of your team"
            f" (director_agent_id={caller.agent.agent_id})."
        )
    return agent
