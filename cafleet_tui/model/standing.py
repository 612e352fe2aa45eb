"""Who needs the human: what each agent is doing, and in which order they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from cafleet_core import clock, records
from cafleet_core.broker.team import idleness
from cafleet_core.config.rules import Thresholds
from cafleet_core.views import PULSE_MINUTES, Member, PaneView, Pulse, Question

WAITING = "waiting"
DEAD = "dead"
SHELL = "shell"
QUIET = "quiet"
YOU = "you"
NO_PANE = "no pane"
GONE = "gone"


class Standing(NamedTuple):
    """A member beside what it is doing, and its seconds of silence (None: never counted)."""

    member: Member
    state: str
    silent: float | None
    view: PaneView | None = None
    overdue: bool = False
    """Whether a message has waited for its ack beyond the threshold."""
    pulse: tuple[int, ...] = ()
    """How often it acted in each of the last minutes, the present one last."""

    @property
    def question(self) -> Question | None:
        """What it asks, as far as that can be answered from here."""
        waits = self.view is not None and self.state == WAITING
        return self.view.question if self.view and waits else None


class Ranks(NamedTuple):
    """The standings in three groups, each in the order in which it is listed."""

    team: tuple[Standing, ...]
    heads: tuple[Standing, ...]
    gone: tuple[Standing, ...]


def standing(
    member: Member,
    view: PaneView | None,
    at: datetime,
    limits: Thresholds,
    pulse: Pulse | None = None,
) -> Standing:
    """What the member is doing at the moment `at`.

    A pane's verdict counts; but a member that is neither busy nor in need, and has
    done nothing for `limits.quiet_after` seconds, is quiet.
    """
    agent, beats = member.agent, _beats(pulse or {}, at)
    if agent.status != records.ACTIVE:
        return Standing(member, GONE, None, view, pulse=beats)
    if agent.kind == records.ADMINISTRATOR:
        return Standing(member, YOU, None, view, pulse=beats)
    silent = idleness.silent_for(member, at)
    state = _pane_state(member, view)
    if idleness.is_quiet(member, state, limits.quiet_after, at):
        state = QUIET
    oldest = member.activity.oldest_unacked
    waited = 0.0 if oldest is None else clock.age(oldest, at)
    overdue = waited >= limits.overdue_after
    return Standing(member, state, silent, view, overdue, beats)


def _beats(pulse: Pulse, at: datetime) -> tuple[int, ...]:
    if not pulse:
        return (0,) * PULSE_MINUTES
    now = int(at.timestamp()) // 60
    return tuple(
        pulse.get(minute, 0) for minute in range(now - PULSE_MINUTES + 1, now + 1)
    )


def _pane_state(member: Member, view: PaneView | None) -> str:
    if view is not None:
        return view.state
    placement = member.agent.placement
    if placement is None:
        return NO_PANE
    return placement.pane_state or "unknown"


def rank(
    members: Iterable[Member],
    views: Mapping[str, PaneView],
    at: datetime,
    limits: Thresholds,
    pulses: Mapping[str, Pulse] = MappingProxyType({}),
) -> Ranks:
    """The session's agents, those first who need the human most."""
    standings = sorted(
        (
            standing(member, views.get(agent_id), at, limits, pulses.get(agent_id))
            for member in members
            for agent_id in [member.agent.agent_id]
        ),
        key=_order,
    )
    return Ranks(
        tuple(s for s in standings if s.state != GONE and not _is_head(s)),
        tuple(s for s in standings if s.state != GONE and _is_head(s)),
        tuple(s for s in standings if s.state == GONE),
    )


def needing(ranks: Ranks) -> tuple[Standing, ...]:
    """The standings that wait for the human's answer, the longest first."""
    waiting = [s for s in (*ranks.team, *ranks.heads) if s.state == WAITING]
    return tuple(sorted(waiting, key=lambda one: waiting_since(one) or "~"))


def waiting_since(standing: Standing) -> str | None:
    """The stamp since when a member waits, as far as it was kept."""
    placement = standing.member.agent.placement
    if placement is None or placement.pane_state != WAITING:
        return None
    return placement.pane_state_since


def _is_head(standing: Standing) -> bool:
    kind = standing.member.agent.kind
    return kind in (records.DIRECTOR, records.ADMINISTRATOR)


def _order(standing: Standing) -> tuple[int, str, str]:
    agent = standing.member.agent
    return _urgency(standing), agent.name.casefold(), agent.agent_id


def _urgency(standing: Standing) -> int:
    if standing.member.agent.kind == records.ADMINISTRATOR:
        return 9
    if standing.state == WAITING:
        return 0
    if standing.state in (DEAD, SHELL):
        return 1
    if standing.state == QUIET and standing.member.activity.unacked:
        return 2
    return 3
