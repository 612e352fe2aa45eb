"""What a Director must be told about its members: pure rules over readings and activity."""

from __future__ import annotations

from cafleet_core import clock, text
from cafleet_core.broker.team import idleness
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import question
from cafleet_core.states import AgentKind, AgentStatus, PaneState, PushReason
from cafleet_core.usage.budget import BudgetScope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cafleet_core.broker.team.budgets import Standing
    from cafleet_core.config.rules import Thresholds
    from cafleet_core.readings import PaneReading
    from cafleet_core.views import Member

_LONGEST_QUESTION = 60
"""Characters of a question that a Director is told; the whole tells it from another."""

_UNABLE = {
    PaneState.LIMIT: "is at its usage limit",
    PaneState.FAILED: "is refused by its service",
    PaneState.SUSPENDED: "is suspended",
}
"""States in which a member cannot work, and no answer helps."""

UNHEARD = "unheard"
"""The condition of a member of which nothing was heard: it is told once in its life."""

_AT_WORK = (PaneState.STARTING, PaneState.BUSY)

_ENDS = (".", "?", "!", "…")


class Concern(NamedTuple):
    """A reason to look at a member. `condition` stays equal while the reason is the same."""

    agent_id: str
    condition: str
    words: str


def concerns(
    roster: Sequence[Member],
    readings: Mapping[str, PaneReading],
    limits: Thresholds,
    at: datetime,
) -> list[Concern]:
    """What each active member's Director should look at now, at most one concern a member."""
    things: list[Concern] = []
    for member in roster:
        agent = member.agent
        reading = readings.get(agent.agent_id)
        if (
            agent.kind != AgentKind.MEMBER
            or agent.status != AgentStatus.ACTIVE
            or reading is None
        ):
            continue
        concern = (
            _waiting(member, reading)
            or _unable(member, reading, at)
            or _lost(member, reading)
            or _away(member, reading)
            or _idle_with_mail(member, reading, limits, at)
            or _unheard(member, reading, limits, at)
        )
        if concern:
            things.append(concern)
    return things


def of_budgets(
    roster: Sequence[Member], standings: Sequence[Standing]
) -> list[Concern]:
    """The budgets of which a level is reached; each is a concern until another one is."""
    members = {member.agent.agent_id: member for member in roster}
    things: list[Concern] = []
    for budget, _ in standings:
        member = members.get(budget.agent_id)
        if member is None or not budget.told_percent:
            continue
        of_session = budget.scope == BudgetScope.SESSION
        whose = "the session" if of_session else _name(member)
        condition = f"{budget.scope} budget {budget.told_percent} of {budget.amount}"
        words = f"{whose} has spent {budget.spent}: `cafleet usage`"
        things.append(Concern(budget.agent_id, condition, words))
    return things


def with_words(concern: Concern, more: str) -> Concern:
    """The concern with more words; with other ones it is told again."""
    if not more:
        return concern
    return concern._replace(
        condition=f"{concern.condition}: {more}", words=f"{concern.words}; {more}"
    )


def wake(news: Sequence[Concern]) -> str:
    """One line that tells a Director of these concerns, and where to look."""
    words = "; ".join(concern.words for concern in news)
    ended = words if words.endswith(_ENDS) else f"{words}."
    return f"[cafleet] {ended} Look: cafleet member list --news"


def _waiting(member: Member, reading: PaneReading) -> Concern | None:
    if reading.state != PaneState.WAITING:
        return None
    read = question.read(reading.screen or "")
    asked = text.label(read.asked if read else reading.evidence)
    # only the first answer: further ones may change while a human writes into them
    first = text.label(read.options[0].label) if read else ""
    shown = text.cut(asked, _LONGEST_QUESTION)
    words = f"{_name(member)} waits for an answer: {shown}"
    condition = f"waiting {asked}\n{first}"
    return Concern(member.agent.agent_id, condition, words)


def _unable(member: Member, reading: PaneReading, at: datetime) -> Concern | None:
    words = _UNABLE.get(reading.state)
    if words is None:
        return None
    until = f" until {clock.local_end(reading.until, at)}" if reading.until else ""
    why = text.cut(text.label(reading.evidence), _LONGEST_QUESTION)
    words = f"{_name(member)} {words}{until}: {why}"
    return Concern(member.agent.agent_id, str(reading.state), words)


def _lost(member: Member, reading: PaneReading) -> Concern | None:
    if reading.state != PaneState.DEAD:
        return None
    words = f"{_name(member)} is gone: {text.label(reading.evidence)}"
    return Concern(member.agent.agent_id, "dead", words)


def _away(member: Member, reading: PaneReading) -> Concern | None:
    if reading.refusal != PushReason.HOST_AWAY:
        return None
    words = f"{_name(member)} cannot be reached: {text.label(reading.evidence)}"
    return Concern(member.agent.agent_id, "host away", words)


def _idle_with_mail(
    member: Member, reading: PaneReading, limits: Thresholds, at: datetime
) -> Concern | None:
    activity = member.activity
    if activity.oldest_unacked is None:
        return None
    idle = idleness.idle_for(member, reading.state, at)
    overdue = clock.age(activity.oldest_unacked, at)
    if idle < limits.quiet_after or overdue < limits.overdue_after:
        return None
    words = (
        f"{_name(member)} has been silent for {clock.span(idle)}"
        f" with {activity.unacked} unacked"
    )
    return Concern(member.agent.agent_id, f"silent {activity.oldest_unacked}", words)


def _unheard(
    member: Member, reading: PaneReading, limits: Thresholds, at: datetime
) -> Concern | None:
    """A member that may not be allowed to run cafleet: it never did what leaves a trace."""
    begun = member.agent.registered_at  # a new row holds it as its last act
    heard = (member.activity.last_active or begun) > begun
    if heard or reading.state in _AT_WORK or not limits.unheard_after:
        return None
    age = clock.age(member.agent.registered_at, at)
    if age < limits.unheard_after:
        return None
    words = (
        f"{_name(member)} has not sent, read or acked anything since its start"
        f" {clock.span(age)} ago: `cafleet doctor` names rules that forbid it"
    )
    return Concern(member.agent.agent_id, UNHEARD, words)


def _name(member: Member) -> str:
    return text.label(member.agent.name)
