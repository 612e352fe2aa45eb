"""Summarise sessions in one line: questions that wait, unacked messages, quiet agents."""

from __future__ import annotations

from cafleet_core.broker.delivery import deliverer
from cafleet_core.broker.team import idleness
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import REFUSED, AgentStatus, PaneState
from cafleet_core.storage import overview

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cafleet_core.broker.delivery.deliverer import Deliverer
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, Session
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Member


_UNABLE = frozenset((*REFUSED, PaneState.SUSPENDED))


class Unable(NamedTuple):
    """An agent that cannot work, and the stamp at which its limit ends, if known."""

    agent: Agent
    until: str | None


class Status(NamedTuple):
    """Agents that wait for an answer, cannot work or are quiet, and the number of unacked messages.

    `sessions` are those that it is about, and `deliveries` says for each who delivers.
    """

    sessions: tuple[Session, ...]
    waiting: tuple[Agent, ...]
    unable: tuple[Unable, ...]
    unacked: int
    quiet: tuple[Agent, ...]
    deliveries: tuple[Deliverer, ...]


def status(
    registry: Registry, session: Session | None, quiet_after: float, at: datetime
) -> Status:
    """The status at `at` of one session, or of all live ones together.

    If a monitor watches a session, the stored states are used, and no pane is read except
    an agent's at its limit, for the end of that.
    """
    about = _sessions(registry) if session is None else (session,)
    deliveries = [deliverer.find(registry, each.session_id) for each in about]
    team = [row for delivery in deliveries for row in _team(registry, delivery)]
    return Status(
        about,
        tuple(row.agent for row in team if _state(row) == PaneState.WAITING),
        tuple(_unable(row.agent for row in team if _state(row) in _UNABLE)),
        sum(row.activity.unacked for row in team),
        tuple(
            row.agent
            for row in team
            if idleness.is_quiet(row, _state(row), quiet_after, at)
        ),
        tuple(deliveries),
    )


def _unable(agents: Iterable[Agent]) -> Iterator[Unable]:
    """The agents, each with the end of its limit, read from its pane."""
    listed = list(agents)
    limited = [
        agent
        for agent in listed
        if agent.placement and agent.placement.pane_state == PaneState.LIMIT
    ]
    readings = _readings(limited) if limited else {}
    for agent in listed:
        reading = readings.get(agent.agent_id)
        yield Unable(agent, reading.until if reading else None)


def _readings(agents: Iterable[Agent]) -> dict[str, PaneReading]:
    from cafleet_core.panes.reading.look import look  # seldom needed

    return look(agents)


def _team(registry: Registry, delivery: Deliverer) -> list[Member]:
    """The active agents of a session, with the states of their panes."""
    team = [
        member
        for member in overview.roster(registry, delivery.session_id)
        if member.agent.status == AgentStatus.ACTIVE
    ]
    if delivery.keeps_states:
        return team
    readings = _readings(member.agent for member in team)
    return [_seen(member, readings.get(member.agent.agent_id)) for member in team]


def _seen(member: Member, reading: PaneReading | None) -> Member:
    placement = member.agent.placement
    if placement is None or reading is None or placement.pane_state == reading.state:
        return member
    now = placement._replace(pane_state=reading.state, pane_state_since=None)
    return member._replace(agent=member.agent._replace(placement=now))


def _sessions(registry: Registry) -> tuple[Session, ...]:
    live = overview.sessions(registry, include_deleted=False)
    return tuple(summary.session for summary in live)


def _state(member: Member) -> str | None:
    placement = member.agent.placement
    return placement.pane_state if placement else None
