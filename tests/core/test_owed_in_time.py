"""Owed pushes and claims as time goes by, and when the clock goes back an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cafleet_core import clock, host
from cafleet_core.broker.delivery import deliverer, dispatch, pending, policy
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision.claim import Claim
from cafleet_core.config.rules import PushRules
from cafleet_core.states import Watcher
from cafleet_core.storage import outbox
from cafleet_core.storage.unsettled_pushes import Due
from tests.builders import DAWN
from tests.team import NOWHERE, Team, a_team

RULES = PushRules()


class Clock:
    """What `clock.now` says."""

    def __init__(self) -> None:
        self.moment = DAWN

    def __call__(self) -> datetime:
        return self.moment

    def goes_back(self) -> None:
        self.moment -= timedelta(hours=1)


@pytest.fixture
def watch_hand(monkeypatch: pytest.MonkeyPatch) -> Clock:
    hand = Clock()
    monkeypatch.setattr(clock, "now", hand)
    return hand


@pytest.fixture
def team(registry: Registry, watch_hand: Clock) -> Team:
    """A Director in a pane of a server that is gone, and alice, who writes to it."""
    return a_team(registry, "alice", here=NOWHERE)


def attempts(registry: Registry) -> int:
    (count,) = registry.row("SELECT push_attempts FROM tasks")
    return int(count)


def test_a_push_that_is_owed_is_tried(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    send.send(registry, team.others["alice"], [team.director], "hi", rules=RULES)
    pending.settle(registry, RULES)
    assert attempts(registry) == 1
    watch_hand.goes_back()
    pending.settle(registry, RULES)
    assert attempts(registry) == 2
    pending.settle(registry, RULES)
    assert attempts(registry) == 2


def unsettled(registry: Registry) -> tuple[bool, bool]:
    """Whether a command leaves something behind, and whether it sees to it itself."""
    return pending.unsettled(registry, pending.outlook())


def test_a_command_sees_to_what_is_due_and_leaves_what_comes_later(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    assert unsettled(registry) == (False, False)
    send.send(registry, team.others["alice"], [team.director], "hi", rules=RULES)
    assert unsettled(registry) == (True, False), "just tried"
    watch_hand.moment += timedelta(minutes=30)
    assert unsettled(registry) == (True, True), "to be tried again"
    pending.settle(registry, RULES)
    assert unsettled(registry) == (True, False)
    watch_hand.goes_back()
    assert unsettled(registry) == (True, True), "stamped by a clock since set back"


def test_a_typed_text_is_confirmed_once_its_agent_had_time_to_take_it(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    send.send(registry, team.others["alice"], [team.director], "hi", rules=RULES)
    with registry.write():
        registry.execute(
            "UPDATE tasks SET push_outcome = 'delivered', push_reason = NULL,"
            " push_next_at = NULL, push_claimed_until = NULL, notified_at = created_at"
        )
    watch_hand.moment += timedelta(seconds=0.2)
    assert unsettled(registry) == (True, False)
    watch_hand.moment += timedelta(seconds=1)
    assert unsettled(registry) == (True, True)


def test_what_has_expired_is_due_before_its_next_try(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    send.send(registry, team.others["alice"], [team.director], "hi", rules=RULES)
    with registry.write():
        soon = clock.stamp_after(DAWN, 5.0)
        registry.execute("UPDATE tasks SET expires_at = ?", (soon,))
    assert unsettled(registry) == (True, False)
    watch_hand.moment += timedelta(seconds=6)
    assert unsettled(registry) == (True, True)


def test_a_backlog_that_nobody_can_be_told_of_costs_the_next_sender_nothing(
    registry: Registry, team: Team
) -> None:
    """The Director's server is gone, and bob never had a pane."""
    bob = agents.register(registry, team.session, "bob", "Has no pane")
    for recipient in (team.director, bob):
        for number in range(3):
            body = f"number {number}"
            send.send(registry, team.others["alice"], [recipient], body)
    tried = registry.rows("SELECT push_attempts FROM tasks")
    assert tried == [(1,)] * 6
    owing = registry.rows(
        "SELECT push_next_at IS NULL FROM tasks WHERE context_id = ?", (bob.agent_id,)
    )
    assert owing == [(1,)] * 3


def test_a_push_that_nobody_could_be_told_for_a_day_is_tried_no_more(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    send.send(registry, team.others["alice"], [team.director], "hi", rules=RULES)
    for _ in range(3):
        watch_hand.moment += timedelta(hours=12)
        pending.settle(registry, RULES)
    assert registry.row("SELECT push_reason, push_attempts FROM tasks") == (
        "expired",
        3,
    )


def test_the_claim_of_one_that_died_ends(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    send.send(registry, team.others["alice"], [team.director], "hi", rules=RULES)
    watch_hand.moment += timedelta(minutes=6)
    [claim] = dispatch.claim([team.director])
    with registry.write():
        assert registry.rows(*claim)
        assert not registry.rows(*claim)
    pending.settle(registry, RULES)
    assert attempts(registry) == 1
    watch_hand.goes_back()
    pending.settle(registry, RULES)
    assert attempts(registry) == 2


def test_a_monitor_of_before_the_clock_went_back_is_followed_by_another(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    session_id = team.session.session_id
    first, second = (Claim(registry, session_id, Watcher.MONITOR) for _ in range(2))

    def is_watched() -> bool:
        return deliverer.find(registry, session_id).keeps_states

    assert (first.keep(), second.keep(), is_watched()) == (True, False, True)
    watch_hand.goes_back()
    assert (is_watched(), second.keep(), is_watched()) == (False, True, True)
    assert not first.keep()


def test_a_claim_holds_against_a_process_that_read_its_clock_before(
    registry: Registry, team: Team, watch_hand: Clock
) -> None:
    """Whoever waits for the registry's lock commits later than one that came after it."""
    session_id, director = team.session.session_id, team.director
    send.send(registry, team.others["alice"], [director], "hello")
    early = watch_hand.moment + timedelta(minutes=10)
    due = Due([director.agent_id], [])

    def claimed(at: datetime) -> int:
        claim = outbox.claim(host.host_id(), due, policy.horizons(at))
        [rows] = registry.change(session_id, claim)
        return len(rows)

    assert claimed(early + timedelta(seconds=1)) == 1
    assert claimed(early) == 0
    assert claimed(early + timedelta(seconds=policy.CLAIM_SECONDS + 2)) == 1
