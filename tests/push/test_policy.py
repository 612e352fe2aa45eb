"""When a push waits, and when it is tried again: the rules alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cafleet_core import clock
from cafleet_core.broker.delivery import policy
from cafleet_core.config.rules import PushRules
from cafleet_core.records import UNREACHABLE, PushResult, Task
from cafleet_core.states import BoxSight, PushOutcome, PushReason
from tests.builders import DAWN, a_reading, at

RULES = PushRules(hold_timeout=300)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("idle", None),
        ("unknown", None),
        ("busy", "busy"),
        ("draft", "draft"),
        ("waiting", "question"),
    ],
)
def test_each_state_has_its_reason(state: str, reason: str | None) -> None:
    assert policy.hold(a_reading(state), 0, RULES) == reason


def test_only_a_busy_agent_is_typed_into_at_last() -> None:
    assert policy.hold(a_reading("busy"), 299, RULES) == "busy"
    assert policy.hold(a_reading("busy"), 300, RULES) is None
    assert policy.hold(a_reading("waiting"), 99999, RULES) == "question"
    assert policy.hold(a_reading("draft"), 99999, RULES) == "draft"
    assert policy.hold(a_reading("busy", draft="so far"), 300, RULES) == "draft"


@pytest.mark.parametrize(
    ("timeout", "urgent", "waits"),
    [(300, 1, 5), (3, 1, 3), (0, 1, 5), (300, 0, 300), (0, 0, 0)],
)
def test_what_is_urgent_waits_for_a_busy_agent_for_seconds(
    timeout: int, urgent: int, waits: int
) -> None:
    rules = PushRules(hold_timeout=timeout)
    task = Task._make([None] * len(Task._fields))._replace(urgent=urgent)
    assert policy.rules_for(task, rules) == PushRules(hold_timeout=waits)


def test_a_push_that_finds_no_pane_is_none_and_any_other_is_held() -> None:
    assert policy.held(PushReason.BUSY).outcome == PushOutcome.HELD
    assert policy.held(PushReason.NOT_THE_AGENT).outcome == PushOutcome.NONE


@pytest.mark.parametrize(("state", "after"), [("limit", 300.0), ("failed", 60.0)])
def test_who_is_refused_by_its_service_is_tried_again_after_a_while(
    state: str, after: float
) -> None:
    assert policy.hold(a_reading(state), 99999, RULES) == state
    assert policy.hold(a_reading(state, lasted=after - 1), 99999, RULES) == state
    assert policy.hold(a_reading(state, lasted=after), 0, RULES) is None
    stopped = a_reading("suspended", lasted=99999.0)
    assert policy.hold(stopped, 0, RULES) == "suspended"


@pytest.mark.parametrize(
    ("refusals", "after"),
    [(0, 60), (1, 60), (2, 120), (3, 240), (6, 1920), (7, 3600), (99, 3600)],
)
def test_the_wait_doubles_with_each_further_refusal(refusals: int, after: int) -> None:
    failed = a_reading("failed", refusals=refusals)
    early, late = float(after - 1), float(after)
    assert policy.hold(failed._replace(lasted=early), 0, RULES) == "failed"
    assert policy.hold(failed._replace(lasted=late), 0, RULES) is None
    reported = failed._replace(lasted=99999.0)
    assert policy.hold(reported._replace(age=early), 0, RULES) == "failed"
    assert policy.hold(reported._replace(age=late, lasted=0.0), 0, RULES) is None


def test_a_limit_with_a_known_end_is_waited_for() -> None:
    limit = a_reading("limit", lasted=99999.0, until=clock.stamp(DAWN))
    assert policy.hold(limit, 99999, RULES) == "limit"


@pytest.mark.parametrize("state", ["idle", "busy", "unknown"])
def test_a_box_that_is_not_in_front_holds_whatever_is_reported(state: str) -> None:
    covered = a_reading(state, box=BoxSight.COVERED, rest_cued=True)
    assert policy.hold(covered, 99999, RULES) == "covered"


@pytest.mark.parametrize("state", ["shell", "dead"])
def test_of_a_pane_without_its_agent_the_writer_decides(state: str) -> None:
    left = a_reading(state, box=BoxSight.COVERED, draft="so far")
    assert policy.hold(left, 0, RULES) is None
    unasked = left._replace(refusal=PushReason.NO_ACCESS)
    assert policy.hold(unasked, 0, RULES) == "no_access"


def test_an_unknown_state_holds_where_rest_could_be_seen_and_only_there() -> None:
    assert policy.hold(a_reading("unknown", rest_cued=True), 99999, RULES) == "unknown"
    assert policy.hold(a_reading("unknown"), 99999, RULES) is None


def test_nothing_follows_from_a_tmux_that_could_not_be_asked() -> None:
    silent = a_reading("unknown", refusal=PushReason.NO_ANSWER)
    assert policy.hold(silent, 99999, RULES) == "no_answer"
    result = policy.held(PushReason.NO_ANSWER)
    assert result == PushResult(PushOutcome.NONE, PushReason.NO_ANSWER)
    assert policy.settled(result, 9 * 86400.0) == result
    assert wait(result, 50) == timedelta(seconds=4)


def test_without_a_time_limit_a_busy_agent_is_waited_for() -> None:
    assert policy.hold(a_reading("busy"), 99999, PushRules(hold_timeout=0)) == "busy"


def wait(result: PushResult, attempts: int, urgent: bool = False) -> timedelta | None:
    stamp = policy.next_try(result, attempts, DAWN, urgent)
    return None if stamp is None else clock.parse(stamp) - DAWN


@pytest.mark.parametrize("outcome", ["delivered", "shown"])
def test_what_reached_the_screen_is_not_tried_again(outcome: str) -> None:
    assert wait(PushResult(PushOutcome(outcome)), 0) is None


@pytest.mark.parametrize("reason", ["self", "no_placement"])
def test_who_never_gets_a_pane_is_not_pushed_to_later(reason: str) -> None:
    assert wait(PushResult(PushOutcome.NONE, PushReason(reason)), 0) is None


def seconds(reason: str, outcome: str = "none", *, urgent: bool = False) -> list[float]:
    """The waits after the first tries, and after very many, in seconds."""
    waits = [
        wait(PushResult(PushOutcome(outcome), PushReason(reason)), n, urgent)
        for n in (0, 1, 2, 3, 4, 50, 5000)
    ]
    return [length.total_seconds() for length in waits if length is not None]


def test_waits_double_and_end_somewhere() -> None:
    held = PushResult(PushOutcome.HELD, PushReason.BUSY)
    assert policy.next_try(held, 9, DAWN) == at(seconds=20)
    assert seconds("busy", "held") == [0.5, 1, 2, 4, 8, 20, 20]
    assert seconds("not_the_agent") == [2, 4, 8, 16, 32, 300, 300]
    assert seconds("no_answer") == [0.5, 1, 2, 4, 4, 4, 4]
    assert seconds("busy", "held", urgent=True) == [0.5, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("reason", sorted(UNREACHABLE))
def test_whom_nothing_reaches_is_tried_seldom(reason: str) -> None:
    assert seconds(reason) == [300] * 7


def test_what_can_reach_nobody_for_a_day_has_expired() -> None:
    gone, held = (
        PushResult(PushOutcome.NONE, PushReason.PANE_GONE),
        PushResult(PushOutcome.HELD, PushReason.DRAFT),
    )
    day = 24 * 3600
    assert policy.settled(gone, day - 1) == gone
    assert policy.settled(gone, day) == PushResult(PushOutcome.NONE, PushReason.EXPIRED)
    assert policy.settled(held, 9 * day) == held
    assert wait(policy.settled(gone, day), 0) is None


def test_a_typed_text_is_looked_after_from_a_moment_later_on_and_for_a_while() -> None:
    ends = policy.horizons(DAWN)
    assert clock.parse(ends.now) == DAWN
    assert DAWN - clock.parse(ends.before) == timedelta(seconds=0.3)
    assert DAWN - clock.parse(ends.since) == timedelta(minutes=10)
    assert policy.lookback(DAWN) == ends.since


def test_a_claim_and_a_wait_end_within_what_their_horizons_say() -> None:
    """What lies beyond was stamped by a clock that has gone back."""
    now, claim, latest_claim, later = (
        clock.parse(end) - DAWN for end in policy.horizons(DAWN)[:4]
    )
    assert (now, claim) == (timedelta(0), timedelta(seconds=15))
    assert latest_claim == 2 * claim  # another may have read its clock so much later
    assert later == timedelta(seconds=300)
    made = clock.parse(policy.horizons(DAWN).recent) - claim
    assert DAWN - made == timedelta(seconds=2)  # as long a claim's process is typing
    held, failed = (
        PushResult(PushOutcome.HELD, PushReason.BUSY),
        PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT),
    )
    for result in (held, failed, PushResult(PushOutcome.NONE, PushReason.PANE_GONE)):
        longest = wait(result, 5000)
        assert longest is not None
        assert longest <= later


def test_a_message_of_its_first_second_already_counts_its_age() -> None:
    """So short a limit is one, though none is no limit."""
    assert policy.hold(a_reading("busy"), 0.5, PushRules(hold_timeout=1)) == "busy"
    assert policy.hold(a_reading("busy"), 1, PushRules(hold_timeout=1)) is None
