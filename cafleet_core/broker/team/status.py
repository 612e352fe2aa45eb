"""How things stand, for one line: who waits for an answer, what is unacked, who is quiet."""

from __future__ import annotations

from cafleet_core.broker.delivery import deliverer
from cafleet_core.broker.team import idleness
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentStatus, PaneState
from cafleet_core.storage import overview

if TYPE_CHECKING:
    from datetime import datetime

    from cafleet_core.broker.delivery.deliverer import Delivery
    from cafleet_core.records import Agent, Session
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Member, PaneReading


class Status(NamedTuple):
    """The agents that wait for an answer, those that are quiet, and how much is unacked.

    `deliveries` tells of each session who delivers its mail.
    """

    waiting: tuple[Agent, ...]
    unacked: int
    quiet: tuple[Agent, ...]
    deliveries: tuple[Delivery, ...]


def status(
    registry: Registry, session: Session | None, quiet_after: float, at: datetime
) -> Status:
    """How things stand at `at` in a session, or in all live ones together.

    Where a monitor watches a session, no pane is looked at: states are what it saw last.
    """
    deliveries = [
        deliverer.delivery(registry, session_id)
        for session_id in _sessions(registry, session)
    ]
    team = [one for delivery in deliveries for one in _team(registry, delivery)]
    return Status(
        tuple(one.agent for one in team if _state(one) == PaneState.WAITING),
        sum(one.activity.unacked for one in team),
        tuple(
            one.agent
            for one in team
            if idleness.is_quiet(one, _state(one), quiet_after, at)
        ),
        tuple(deliveries),
    )


def _team(registry: Registry, delivery: Delivery) -> list[Member]:
    """The active agents of a session, each placement with the state that its pane is in."""
    team = [
        member
        for member in overview.roster(registry, delivery.session_id)
        if member.agent.status == AgentStatus.ACTIVE
    ]
    if delivery.keeps_states:
        return team
    from cafleet_core.broker.team import pane_states

    views = pane_states.seen(member.agent for member in team)
    return [_seen(member, views.get(member.agent.agent_id)) for member in team]


def _seen(member: Member, view: PaneReading | None) -> Member:
    placement = member.agent.placement
    if placement is None or view is None or placement.pane_state == view.state:
        return member
    now = placement._replace(pane_state=view.state, pane_state_since=None)
    return member._replace(agent=member.agent._replace(placement=now))


def _sessions(registry: Registry, session: Session | None) -> list[str]:
    if session is not None:
        return [session.session_id]
    live = overview.sessions(registry, include_deleted=False)
    return [one.session.session_id for one in live]


def _state(member: Member) -> str | None:
    placement = member.agent.placement
    return placement.pane_state if placement else None
