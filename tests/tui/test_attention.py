"""Who is listed first, and when somebody counts as quiet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cafleet_core.config.rules import Thresholds
from cafleet_core.readings import PaneReading
from cafleet_core.states import AgentKind, AgentStatus, PaneState
from cafleet_core.views import Member
from cafleet_tui.model import standing
from cafleet_tui.model.columns import USUAL, fitted
from cafleet_tui.render.member_row import row
from tests.builders import DAWN, a_member, a_placement, an_agent, at

NOON = DAWN + timedelta(minutes=60)
LIMITS = Thresholds(quiet_after=180, overdue_after=600)


def active(name: str, minutes: float = 60, **changes: Any) -> Member:
    """A member that did something at this minute."""
    return a_member(name, last_active=at(minutes=minutes), **changes)


def view(state: str) -> PaneReading:
    return PaneReading(PaneState(state), "screen", "seen")


def state(member: Member, seen: str | None) -> str:
    shown = standing.standing(member, (seen and view(seen)) or None, NOON, LIMITS)
    return shown.state


def listed(members: list[Member], states: dict[str, str]) -> list[str]:
    views = {
        member.agent.agent_id: view(states[member.agent.name])
        for member in members
        if member.agent.name in states
    }
    ranks = standing.rank(members, views, NOON, LIMITS)
    return [
        standing.member.agent.name
        for standing in (*ranks.team, *ranks.heads, *ranks.gone)
    ]


def test_who_waits_comes_first_then_who_is_gone_then_who_is_quiet_with_mail() -> None:
    members = [
        active("anna"),
        active("bert", minutes=30),
        active("carl", minutes=30, unacked=2),
        active("dora"),
        active("emil", minutes=10),
        a_member("Director", AgentKind.DIRECTOR, last_active=at(minutes=60)),
        a_member("Administrator", AgentKind.ADMINISTRATOR),
    ]
    states = {"dora": "dead", "emil": "waiting", "anna": "busy", "carl": "idle"}
    assert listed(members, states) == [
        *("emil", "dora", "carl", "anna", "bert"),
        *("Director", "Administrator"),
    ]


def test_deregistered_agents_come_last_whatever_their_pane_does() -> None:
    gone = a_member(
        agent=an_agent("zora", status=AgentStatus.DEREGISTERED), last_active=at()
    )
    assert listed([gone, active("anna")], {"zora": "waiting"}) == ["anna", "zora"]


def test_a_silent_member_is_quiet_unless_it_is_busy_or_waits() -> None:
    silent = active("anna", minutes=57, unacked=1)
    assert state(silent, "idle") == "quiet"
    assert state(silent, "draft") == "quiet"
    assert state(silent, "busy") == "busy"
    assert state(silent, "waiting") == "waiting"
    assert state(silent, "dead") == "dead"
    assert state(active("anna", minutes=57.1, unacked=1), "idle") == "idle"


def test_a_member_at_rest_with_nothing_to_do_is_not_quiet() -> None:
    assert state(active("anna", minutes=5), "idle") == "idle"
    reported = active("anna", last_ack=at(minutes=1), last_sent=at(minutes=2))
    assert state(reported, "idle") == "idle"


def test_who_has_taken_work_on_and_told_nothing_since_is_quiet() -> None:
    taken = active("anna", minutes=5, last_sent=at(minutes=1), last_ack=at(minutes=2))
    assert state(taken, "idle") == "quiet"


def test_mail_that_arrives_does_not_end_the_silence() -> None:
    member = active("anna", minutes=10, last_recv=at(minutes=59), unacked=1)
    assert state(member, "idle") == "quiet"


def test_without_a_look_at_the_pane_the_last_verdict_counts() -> None:
    waiting = an_agent("anna", placement=a_placement(pane_state=PaneState.WAITING))
    assert state(a_member(agent=waiting, last_active=at(60)), None) == "waiting"
    assert state(active("anna"), None) == "unknown"
    assert (
        state(a_member("anna", AgentKind.AGENT, last_active=at(60)), None) == "no pane"
    )


def test_those_who_wait_are_counted_director_included() -> None:
    members = [
        active("anna"),
        a_member("Director", AgentKind.DIRECTOR, last_active=at(minutes=60)),
    ]
    views = {member.agent.agent_id: view("waiting") for member in members}
    ranks = standing.rank(members, views, NOON, LIMITS)
    assert [s.member.agent.name for s in standing.needing(ranks)] == [
        "anna",
        "Director",
    ]


def test_mail_that_waits_too_long_for_its_ack_is_marked() -> None:
    for minutes, overdue in ((51, False), (50, True)):
        member = active("anna", unacked=1, oldest_unacked=at(minutes=minutes))
        shown = standing.standing(member, view("busy"), NOON, LIMITS)
        assert shown.overdue is overdue
        assert ("1!" in row(shown, fitted(USUAL, 46)).plain) is overdue
