"""What a Director is told, by rules that need neither pane nor clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cafleet_core import clock
from cafleet_core.broker.supervision import concerns
from cafleet_core.broker.supervision.concerns import Concern
from cafleet_core.config.rules import Thresholds
from cafleet_core.readings import PaneReading
from cafleet_core.states import AgentKind, AgentStatus, PaneState
from cafleet_core.views import Member
from tests.builders import DAWN, a_member, a_placement, an_activity, at

LIMITS = Thresholds(quiet_after=180, overdue_after=600)
QUESTION = "Apply both remarks?\n❯ 1. Yes\n  2. No\n"


def member(registered: float = -1, **activity: object) -> Member:
    """A member that registered at a minute, before the others' first by default."""
    made = a_member("reviewer")
    agent = made.agent._replace(registered_at=at(minutes=registered))
    return made._replace(agent=agent, activity=an_activity(**activity))


def concerns_of(row: Member, view: PaneReading, minutes: float = 60) -> list[Concern]:
    views = {row.agent.agent_id: view}
    moment = DAWN + timedelta(minutes=minutes)
    return concerns.concerns([row], views, LIMITS, moment)


def view(state: str, screen: str | None = None, reason: str = "") -> PaneReading:
    return PaneReading(PaneState(state), "screen", reason, screen)


def test_a_question_is_told_with_its_words() -> None:
    [concern] = concerns_of(member(), view("waiting", QUESTION))
    assert concern.words == "reviewer waits for an answer: Apply both remarks?"


def test_the_line_that_wakes_ends_its_sentences_once() -> None:
    asked = concerns_of(member(), view("waiting", QUESTION))
    gone = concerns_of(member(), view("dead", reason="pane gone"))
    assert "both remarks? Look: cafleet" in concerns.wake(asked)
    assert "both remarks?; reviewer is gone: pane gone. Look:" in concerns.wake(
        [*asked, *gone]
    )


def test_another_question_is_another_condition() -> None:
    reviewer = member()
    [first] = concerns_of(reviewer, view("waiting", QUESTION))
    [same] = concerns_of(reviewer, view("waiting", QUESTION + "\n"))
    [other] = concerns_of(reviewer, view("waiting", QUESTION.replace("both", "all")))
    assert first.condition == same.condition != other.condition


@pytest.mark.parametrize("differs", ["no more", "Yes"])
def test_a_question_that_differs_only_far_on_or_in_its_answers_is_another(
    differs: str,
) -> None:
    asked = "May I remove the folder of the build, " + "and then " * 9 + "no more?"
    screen = QUESTION.replace("Apply both remarks?", asked)
    [first] = concerns_of(member(), view("waiting", screen))
    [other] = concerns_of(member(), view("waiting", screen.replace(differs, "Maybe")))
    assert first.condition != other.condition
    assert asked not in first.words, "a Director is told the beginning"


def test_a_human_who_writes_an_answer_makes_no_other_question() -> None:
    begun = QUESTION + "  3. Type something.\n"
    [first] = concerns_of(member(), view("waiting", begun))
    written = view("waiting", begun.replace("Type something.", "a word of mine"))
    [same] = concerns_of(member(), written)
    assert first.condition == same.condition


@pytest.mark.parametrize(
    ("state", "until", "words"),
    [
        ("limit", at(70), "reviewer is at its usage limit until {}: why"),
        ("limit", None, "reviewer is at its usage limit: why"),
        ("failed", None, "reviewer is refused by its service: why"),
        ("suspended", None, "reviewer is suspended: why"),
    ],
)
def test_what_keeps_a_member_from_working_is_told_with_its_end(
    state: str, until: str | None, words: str
) -> None:
    silent = member(last_active=at(0), oldest_unacked=at(0), unacked=1)
    unable = view(state, reason="why")._replace(until=until)
    [concern] = concerns_of(silent, unable)
    end = clock.local_end(until, DAWN) if until else ""
    assert concern.words == words.format(end)
    [later] = concerns_of(silent, unable._replace(evidence="other", until=None))
    assert later.condition == concern.condition, "the Director is told once"


def test_a_lost_pane_is_told() -> None:
    [concern] = concerns_of(member(), view("dead", reason="pane gone"))
    assert concern.words == "reviewer is gone: pane gone"


@pytest.mark.parametrize(
    ("active", "unacked", "woken"),
    [(0, 0, True), (58, 0, False), (0, 55, False), (0, None, False)],
)
def test_silence_counts_only_with_overdue_mail(
    active: float, unacked: float | None, woken: bool
) -> None:
    oldest = None if unacked is None else at(minutes=unacked)
    reviewer = member(
        last_active=at(minutes=active), oldest_unacked=oldest, unacked=int(woken)
    )
    concerns = concerns_of(reviewer, view("idle"))
    assert [concern.words for concern in concerns] == (
        ["reviewer has been silent for 1h with 1 unacked"] if woken else []
    )


def test_who_works_in_its_pane_is_not_silent() -> None:
    reviewer = member(last_active=at(0), oldest_unacked=at(0), unacked=1)
    assert concerns_of(reviewer, view("busy")) == []
    assert concerns_of(resting_since(reviewer, minutes=58), view("idle")) == []
    assert concerns_of(resting_since(reviewer, minutes=50), view("idle")) != []
    assert concerns_of(resting_since(reviewer, minutes=58), view("draft")) != []


def resting_since(reviewer: Member, minutes: float) -> Member:
    """The member, whose pane was seen to come to rest at that minute."""
    placement = a_placement(pane_state=PaneState.IDLE, pane_state_since=at(minutes))
    return reviewer._replace(agent=reviewer.agent._replace(placement=placement))


def test_nobody_but_active_members_is_a_concern() -> None:
    reviewer = member()
    director = reviewer._replace(agent=reviewer.agent._replace(kind=AgentKind.DIRECTOR))
    gone = reviewer._replace(
        agent=reviewer.agent._replace(status=AgentStatus.DEREGISTERED)
    )
    assert concerns_of(director, view("dead")) == []
    assert concerns_of(gone, view("dead")) == []


def test_several_concerns_are_one_line_without_anything_to_obey() -> None:
    news = [Concern("1", "dead", "a is gone"), Concern("2", "dead", "b is gone")]
    line = concerns.wake(news)
    assert line.startswith("[cafleet] a is gone; b is gone.")
    assert len(line.splitlines()) == 1
    [hostile] = concerns_of(
        member(), view("waiting", "\x1b[31mrm\x07 -rf?\n❯ 1. Yes\n  2. No\n")
    )
    assert "\x1b" not in hostile.words
    assert "\x07" not in hostile.words


@pytest.mark.parametrize(
    ("minutes", "state", "active", "is_told"),
    [
        (6, "idle", None, True),
        (4, "idle", None, False),
        (6, "busy", None, False),
        (6, "idle", 1, False),
    ],
)
def test_a_member_that_was_never_heard_of_is_told(
    minutes: float, state: str, active: float | None, is_told: bool
) -> None:
    last = None if active is None else at(minutes=active)
    quiet = member(registered=0, last_active=last)
    expected = (
        "reviewer has not sent, read or acked anything since its start 6m ago:"
        " `cafleet doctor` names rules that forbid it"
    )
    words = [concern.words for concern in concerns_of(quiet, view(state), minutes)]
    assert words == ([expected] if is_told else [])


def test_a_limit_of_zero_tells_of_none() -> None:
    quiet = member()
    views = {quiet.agent.agent_id: view("idle")}
    never = LIMITS._replace(unheard_after=0)
    assert concerns.concerns([quiet], views, never, DAWN + timedelta(hours=1)) == []
