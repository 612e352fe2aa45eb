"""Standings: what each agent is doing, ordered by how much it needs the human."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from cafleet_core import clock
from cafleet_core.broker.team import idleness
from cafleet_core.broker.team.roster_order import QUIET, Place, place
from cafleet_core.config.rules import Thresholds
from cafleet_core.readings import PaneReading, Question
from cafleet_core.records import Session
from cafleet_core.states import AgentKind, AgentStatus, PaneState
from cafleet_core.views import (
    PULSE_MINUTES,
    Activity,
    Asking,
    Member,
    MemberFacts,
    Pulse,
    RosterOrder,
)

_NO_FACTS = MemberFacts()


class StandingState(StrEnum):
    """A pane's state, or a state that a member has apart from its pane."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    WAITING = "waiting"
    DRAFT = "draft"
    LIMIT = "limit"
    FAILED = "failed"
    SUSPENDED = "suspended"
    SHELL = "shell"
    DEAD = "dead"
    UNKNOWN = "unknown"
    QUIET = QUIET
    YOU = "you"
    NO_PANE = "no pane"
    GONE = "gone"


class Standing(NamedTuple):
    """A member, its state, and the seconds since its last act (None: it has none)."""

    member: Member
    state: StandingState
    since_act: float | None
    reading: PaneReading | None = None
    overdue: bool = False
    """Whether a message has waited for its ack longer than `overdue_after`."""
    pulse: tuple[int, ...] = ()
    """Its acts in each of the last minutes, the current one last."""
    session: Session | None = None
    """Its session, if that is another than the room's."""
    facts: MemberFacts = MemberFacts()
    """What is stored of it besides, where a column asks for it."""
    changes: str = ""
    """The lines that its worktree has more and less, such as `+12 -3`, likewise."""

    @property
    def question(self) -> Question | None:
        """The question on its screen, if it can be answered from the control room."""
        waits = self.reading is not None and self.state == StandingState.WAITING
        return self.reading.question if self.reading and waits else None


class Ranks(NamedTuple):
    """The standings in three groups, each in the order of the list."""

    team: tuple[Standing, ...]
    heads: tuple[Standing, ...]
    gone: tuple[Standing, ...]


def standing(
    member: Member,
    reading: PaneReading | None,
    at: datetime,
    limits: Thresholds,
    pulse: Pulse | None = None,
) -> Standing:
    """A member's standing at the time `at`.

    The reading of its pane counts; but a member that is neither busy nor in need, has open
    work, and has done nothing for `limits.quiet_after` seconds, is quiet.
    """
    agent, beats = member.agent, _beats(pulse or {}, at)
    if agent.status != AgentStatus.ACTIVE:
        return Standing(member, StandingState.GONE, None, reading, pulse=beats)
    if agent.kind == AgentKind.ADMINISTRATOR:
        return Standing(member, StandingState.YOU, None, reading, pulse=beats)
    since_act = idleness.since_last_act(member, at)
    state = _pane_state(member, reading)
    if idleness.is_quiet(member, state, limits.quiet_after, at):
        state = StandingState.QUIET
    oldest = member.activity.oldest_unacked
    waited = 0.0 if oldest is None else clock.age(oldest, at)
    overdue = waited >= limits.overdue_after
    return Standing(member, state, since_act, reading, overdue, beats)


def _beats(pulse: Pulse, at: datetime) -> tuple[int, ...]:
    if not pulse:
        return (0,) * PULSE_MINUTES
    now = int(at.timestamp()) // 60
    return tuple(
        pulse.get(minute, 0) for minute in range(now - PULSE_MINUTES + 1, now + 1)
    )


def _pane_state(member: Member, reading: PaneReading | None) -> StandingState:
    if reading is not None:
        return StandingState(reading.state)
    placement = member.agent.placement
    if placement is None:
        return StandingState.NO_PANE
    return StandingState(placement.pane_state or PaneState.UNKNOWN)


def rank(
    members: Iterable[Member],
    readings: Mapping[str, PaneReading],
    at: datetime,
    limits: Thresholds,
    pulses: Mapping[str, Pulse] = MappingProxyType({}),
    facts: Mapping[str, MemberFacts] = MappingProxyType({}),
    changes: Mapping[str, str] = MappingProxyType({}),
) -> Ranks:
    """The session's agents as standings, ordered by how much they need the human."""
    standings = sorted(
        (
            standing(
                *(member, readings.get(agent_id), at, limits, pulses.get(agent_id))
            )._replace(
                facts=facts.get(agent_id, _NO_FACTS),
                changes=changes.get(agent_id, ""),
            )
            for member in members
            for agent_id in [member.agent.agent_id]
        ),
        key=_by_need,
    )
    return Ranks(
        tuple(
            s for s in standings if s.state != StandingState.GONE and not _is_head(s)
        ),
        tuple(s for s in standings if s.state != StandingState.GONE and _is_head(s)),
        tuple(s for s in standings if s.state == StandingState.GONE),
    )


def needing(ranks: Ranks) -> tuple[Standing, ...]:
    """The standings that wait for an answer, the longest waiting first."""
    waiting = [
        s for s in (*ranks.team, *ranks.heads) if s.state == StandingState.WAITING
    ]
    return tuple(sorted(waiting, key=lambda standing: waiting_since(standing) or "~"))


def elsewhere(asking: Asking, reading: PaneReading) -> Standing:
    """The standing of one who waits in another session."""
    member = Member(asking.agent, Activity(None, None, None, None, 0, 0, None))
    return Standing(
        member, StandingState.WAITING, None, reading, session=asking.session
    )


def waiting_since(standing: Standing) -> str | None:
    """The stamp since which a member waits, or None if it is not stored."""
    placement = standing.member.agent.placement
    if placement is None or placement.pane_state != PaneState.WAITING:
        return None
    return placement.pane_state_since


def _is_head(standing: Standing) -> bool:
    kind = standing.member.agent.kind
    return kind in (AgentKind.DIRECTOR, AgentKind.ADMINISTRATOR)


def _by_need(standing: Standing) -> tuple[bool, Place]:
    member = standing.member
    is_human = member.agent.kind == AgentKind.ADMINISTRATOR
    since_act = standing.since_act or 0.0
    return is_human, place(RosterOrder.NEED, member, standing.state, since_act)
