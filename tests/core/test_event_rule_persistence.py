"""Rules about what lasts: acted on once it has lasted long enough, and not if it is over."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.event_rules.runner import RuleRunner
from cafleet_core.states import PaneState
from cafleet_core.storage import rule_runs
from tests.core.rule_programs import DOCUMENT, VARIABLE, running, stepped
from tests.core.test_event_rule_tables import rules
from tests.core.test_events import QUESTION, seen
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


def test_what_lasts_long_enough_is_told_and_what_is_over_is_not(
    registry: Registry,
    team: Team,
    tmp_path: Path,
    written: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (each,) = rules(
        tmp_path,
        *("[[on]]", 'event = "sent"', 'after = "5m"', running(written, DOCUMENT)),
    )
    runner = RuleRunner(registry, [each])
    answered = send.send(registry, team.director, [team.others["alice"]], "one")
    open_one = send.send(registry, team.director, [team.others["bob"]], "two")
    runner.step()
    inbox.ack(registry, team.caller("alice"), [answered.task.task_id])
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))
    stepped(runner, registry, each)
    (line,) = written.read_text().splitlines()
    assert json.loads(line)["reference"] == open_one.task.task_id


def test_a_question_that_stands_is_told_again_by_a_later_rule(
    registry: Registry,
    team: Team,
    tmp_path: Path,
    written: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once, later = rules(
        tmp_path,
        *("[[on]]", 'event = "asked"', running(written, VARIABLE, "CAFLEET_EVENT_SEQ")),
        *("[[on]]", 'event = "asked"', 'after = "10m"', 'name = "escalate"'),
        running(written, VARIABLE, "CAFLEET_EVENT_SEQ"),
    )
    runner = RuleRunner(registry, [at_once, later])
    seen(registry, team, PaneState.WAITING, QUESTION)
    stepped(runner, registry, at_once)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=11))
    stepped(runner, registry, later)
    first, second = written.read_text().splitlines()
    assert first == second


def test_what_lasts_at_the_end_of_the_quiet_hours_is_told_then(
    registry: Registry,
    team: Team,
    tmp_path: Path,
    written: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = clock.now().astimezone()
    begin, end = (f"{now + timedelta(minutes=each):%H:%M}" for each in (-60, 60))
    (each,) = rules(
        tmp_path,
        *("[[on]]", 'event = "sent"', f'quiet_hours = "{begin}-{end}"'),
        running(written, DOCUMENT),
    )
    runner = RuleRunner(registry, [each])
    send.send(registry, team.director, [team.others["alice"]], "to do")
    runner.step()
    assert rule_runs.latest(registry, each.key) is None
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    assert stepped(runner, registry, each).ok
