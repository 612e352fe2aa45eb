"""What the user's rules do when something happens: once, in time, and never to anybody's harm."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from cafleet_core import clock
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.event_rules.runner import RuleRunner
from cafleet_core.states import PaneState
from cafleet_core.storage import events, rule_runs
from tests.core.rule_programs import DOCUMENT, VARIABLE, running, stepped
from tests.core.test_event_rule_tables import rules
from tests.core.test_events import QUESTION, seen
from tests.team import Team, a_team
from tests.terminal import eventually


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


def test_a_command_gets_the_event_as_a_document_and_in_variables(
    registry: Registry, team: Team, tmp_path: Path, written: Path
) -> None:
    asked, named = rules(
        tmp_path,
        *("[[on]]", 'event = "asked"', running(written, DOCUMENT)),
        *("[[on]]", 'event = "asked"', 'name = "second"'),
        running(written, VARIABLE, "CAFLEET_EVENT_TEXT"),
    )
    runner = RuleRunner(registry, [asked, named])
    seen(registry, team, PaneState.WAITING, QUESTION)
    assert stepped(runner, registry, asked).ok
    assert stepped(runner, registry, named).name == "second"
    lines = sorted(written.read_text().splitlines())
    assert lines[:3] == ["1 Yes", "2 No", "Director asks: Run it?"]
    document = json.loads(lines[3])
    assert (document["kind"], document["detail"]["asked"]) == ("asked", "Run it?")
    assert document["session_label"] == "a test"


def test_what_happened_before_a_rule_was_is_not_its_business(
    registry: Registry, team: Team, tmp_path: Path, written: Path
) -> None:
    send.send(registry, team.director, [team.others["alice"]], "before")
    (each,) = rules(tmp_path, "[[on]]", 'event = "sent"', running(written, DOCUMENT))
    runner = RuleRunner(registry, [each])
    runner.step()
    assert rule_runs.latest(registry, each.key) is None
    send.send(registry, team.director, [team.others["alice"]], "after")
    stepped(runner, registry, each)
    assert len(written.read_text().splitlines()) == 1


def test_only_the_agents_and_sessions_that_are_meant(
    registry: Registry, team: Team, tmp_path: Path, written: Path
) -> None:
    ours, others = rules(
        tmp_path,
        *("[[on]]", 'event = ["acked", "left"]', 'agent = "al*"', 'session = "a *"'),
        running(written, VARIABLE, "CAFLEET_EVENT_AGENT"),
        *("[[on]]", 'event = "acked"', 'session = "docs"'),
        running(written, VARIABLE, "CAFLEET_EVENT_AGENT"),
    )
    runner = RuleRunner(registry, [ours, others])
    for name in ("bob", "alice"):
        sent = send.send(registry, team.director, [team.others[name]], "to do")
        inbox.ack(registry, team.caller(name), [sent.task.task_id])
    stepped(runner, registry, ours)
    assert written.read_text() == "alice\n"
    assert rule_runs.latest(registry, others.key) is None


def test_five_that_watch_do_it_once(
    registry: Registry, place: Path | str, team: Team, tmp_path: Path, written: Path
) -> None:
    (each,) = rules(tmp_path, "[[on]]", 'event = "sent"', running(written, DOCUMENT))
    RuleRunner(registry, [each])
    all_done = threading.Event()

    def watch() -> None:
        own = open_registry(place)
        runner = RuleRunner(own, [each])
        while not all_done.wait(0.001) or runner._running:
            runner.step()
        own.close()

    watchers = [threading.Thread(target=watch) for _ in range(5)]
    for watcher in watchers:
        watcher.start()
    for number in range(6):
        send.send(registry, team.director, [team.others["alice"]], str(number))
    try:
        eventually(lambda: len(written.read_text().splitlines()) >= 6)
    finally:
        all_done.set()
    for watcher in watchers:
        watcher.join()
    seqs = [json.loads(line)["seq"] for line in written.read_text().splitlines()]
    assert len(seqs) == len(set(seqs)) == 6


def test_what_happens_while_a_rule_looks_is_acted_on_once(
    registry: Registry,
    team: Team,
    tmp_path: Path,
    written: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (each,) = rules(tmp_path, "[[on]]", 'event = "sent"', running(written, DOCUMENT))
    runner = RuleRunner(registry, [each])
    last_seq = events.last_seq

    def before_one_more(*asked: Any) -> int:
        last = last_seq(*asked)
        send.send(registry, team.director, [team.others["alice"]], "one more")
        return last

    with monkeypatch.context() as patched:
        patched.setattr(events, "last_seq", before_one_more)
        runner.step()
    runner.step()
    runner.wait()
    assert len(written.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["/nonexistent/command"], "No such file or directory"),
        ([sys.executable, "-c", "print('no'); raise SystemExit(3)"], "exit code 3"),
    ],
)
def test_a_rule_that_fails_says_why(
    registry: Registry, team: Team, tmp_path: Path, command: list[str], why: str
) -> None:
    (each,) = rules(
        tmp_path, "[[on]]", 'event = "sent"', f"run = {json.dumps(command)}"
    )
    runner = RuleRunner(registry, [each])
    send.send(registry, team.director, [team.others["alice"]], "to do")
    run = stepped(runner, registry, each)
    assert run.ok is False
    assert why in (run.outcome or "")


def test_a_body_is_no_shell(
    registry: Registry, team: Team, tmp_path: Path, written: Path
) -> None:
    registry.execute("UPDATE agents SET name = ? WHERE name = 'alice'", ("$(id); `x`",))
    (each,) = rules(
        tmp_path,
        *("[[on]]", 'event = "left"'),
        running(written, VARIABLE, "CAFLEET_EVENT_AGENT"),
    )
    runner = RuleRunner(registry, [each])
    registry.execute(
        "UPDATE agents SET status = 'deregistered', deregistered_at = ?"
        " WHERE agent_id = ?",
        (clock.stamp(), team.others["alice"].agent_id),
    )
    assert stepped(runner, registry, each).ok
    assert written.read_text() == "$(id); `x`\n"


def test_a_crowd_of_events_starts_a_few_programs_at_a_time_and_none_is_left_out(
    registry: Registry, team: Team, tmp_path: Path, written: Path
) -> None:
    (each,) = rules(tmp_path, "[[on]]", 'event = "sent"', running(written, DOCUMENT))
    runner = RuleRunner(registry, [each])
    for number in range(20):
        send.send(registry, team.director, [team.others["alice"]], str(number))

    def done_with_all() -> bool:
        runner.step()
        assert len(runner._running) <= 8
        return len(written.read_text().splitlines()) == 20

    eventually(done_with_all)
    runner.wait()
