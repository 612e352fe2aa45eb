"""What is urgent comes first, and is typed to a busy agent whose input box is seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cafleet_core import clock
from cafleet_core.broker.delivery import pending, policy
from cafleet_core.broker.messages import send
from cafleet_core.config.rules import PushRules
from cafleet_core.records import Timing
from cafleet_core.states import PushOutcome, PushReason
from tests.push.stage import CHOICE, Showing, Stage
from tests.push.stage import showing as showing
from tests.push.stage import tmux_server as tmux_server
from tests.terminal import eventually

BUSY = "claude/2.1.329/busy-thinking"
RULES = PushRules(hold_timeout=0)
URGENT = Timing(urgent=True)


def pushed(
    stage: Stage, body: str, timing: Timing = URGENT
) -> tuple[PushOutcome, PushReason | None]:
    sent = send.send(
        *(stage.registry, stage.team.director, [stage.member], body),
        rules=RULES,
        timing=timing,
    )
    ((_, result),) = sent.deliveries
    return result.outcome, result.reason


def wait(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_a_busy_agent_is_given_five_seconds(
    showing: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = showing(BUSY)
    assert pushed(stage, "plain", Timing()) == (PushOutcome.HELD, PushReason.BUSY)
    assert pushed(stage, "stop") == (PushOutcome.HELD, PushReason.BUSY)
    wait(monkeypatch, policy.URGENT_HOLD_SECONDS - 1)
    assert pending.settle(stage.registry, RULES) == 0
    wait(monkeypatch, 2)
    assert pending.settle(stage.registry, RULES) == 2
    eventually(lambda: "plain" in stage.typed)
    assert stage.typed.index("stop") < stage.typed.index("plain"), "first in line"


def test_a_question_is_not_typed_into_however_urgent_it_is(
    showing: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = showing(CHOICE)
    assert pushed(stage, "stop") == (PushOutcome.HELD, PushReason.QUESTION)
    wait(monkeypatch, 60)
    assert pending.settle(stage.registry, RULES) == 0
    assert stage.typed == ""


def test_what_has_expired_is_not_typed_by_whoever_sends_next(
    showing: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = showing(CHOICE)
    expires_at = clock.stamp(clock.now() + timedelta(minutes=10))
    assert pushed(stage, "old", Timing(expires_at=expires_at))[0] == PushOutcome.HELD
    wait(monkeypatch, 700)
    assert pushed(stage, "new", Timing())[0] == PushOutcome.HELD
    attempts = "SELECT text, push_attempts FROM tasks ORDER BY seq"
    assert stage.registry.rows(attempts) == [("old", 1), ("new", 1)]
