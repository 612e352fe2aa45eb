"""Messages with a time: unseen until then, sent once, taken back, sent again, expired."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.delivery import pending, timetable
from cafleet_core.broker.directory import agents
from cafleet_core.broker.events import history as events
from cafleet_core.broker.messages import cancel, history, inbox, send, timing
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import roster
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import Refused
from cafleet_core.records import Sent
from cafleet_core.states import EventKind, TaskState
from cafleet_core.storage import tasks
from cafleet_core.views import EventFilter
from tests.team import Team, a_team

Later = Callable[[timedelta], None]


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Moves the clock."""

    def move(by: timedelta) -> None:
        now = clock.now() + by
        monkeypatch.setattr(clock, "now", lambda: now)

    return move


def scheduled(
    registry: Registry,
    team: Team,
    *names: str,
    at: str | None = None,
    every: str | None = None,
    expires: str | None = None,
    urgent: bool = False,
) -> Sent:
    """A message of the Director's, with times as they are written."""
    recipients = [team.others[name] for name in names or ("alice",)]
    read = timing.read(at, every, expires, urgent)
    return send.send(registry, team.director, recipients, "look again", timing=read)


def polled(registry: Registry, team: Team, name: str = "alice") -> list[str]:
    return [task.text for task in inbox.poll(registry, team.others[name])]


def test_nobody_sees_it_before_its_time_and_everybody_once_then(
    registry: Registry, team: Team, later: Later
) -> None:
    sent = scheduled(registry, team, "alice", "bob", at="+10m")
    assert {task.status_state for task, _ in sent.deliveries} == {TaskState.SCHEDULED}
    assert polled(registry, team) == []
    assert inbox.poll(registry, team.others["alice"], acked_too=True) == []
    assert inbox.ack_all(registry, team.caller("alice")) == []
    with pytest.raises(Refused, match="state scheduled"):
        inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    later(timedelta(minutes=10, seconds=1))
    assert polled(registry, team) == ["look again"]
    timetable.settle(registry)
    assert polled(registry, team) == ["look again"]
    assert polled(registry, team, "bob") == ["look again"]


def test_what_is_scheduled_for_an_agent_without_a_pane_is_somebodys_work(
    registry: Registry, team: Team, later: Later
) -> None:
    sent = scheduled(registry, team, at="+10m")
    assert any(pending.unsettled(registry, pending.outlook()))
    assert pending.unattended(registry) == [(team.session.session_id, None)]
    later(timedelta(minutes=10, seconds=1))
    assert pending.settle(registry, PushRules()) == 0
    [task] = tasks.get(registry, [sent.task.task_id])
    assert task.status_state == TaskState.INPUT_REQUIRED
    assert (task.push_outcome, task.push_reason) == ("none", "no_placement")
    assert not any(pending.unsettled(registry, pending.outlook()))
    wanted = EventFilter(session_id=team.session.session_id)
    recorded = [event.kind for event in events.newest(registry, wanted, 2)]
    assert recorded == [EventKind.SENT, EventKind.PUSHED]


def test_it_counts_for_nobody_until_then(registry: Registry, team: Team) -> None:
    scheduled(registry, team, at="+1d")
    members = roster.roster(registry, team.session.session_id)
    assert not any(member.activity.unacked for member in members)
    pruned = maintenance.prune(registry, clock.stamp(), dry_run=False)
    assert pruned.tasks == 0


def test_what_happens_to_it_is_recorded_when_it_does(
    registry: Registry, team: Team, later: Later
) -> None:
    scheduled(registry, team, at="+10m")
    kinds = (EventKind.SCHEDULED, EventKind.SENT, EventKind.FAILED)
    wanted = EventFilter(kinds=kinds)
    recorded = [event.kind for event in events.newest(registry, wanted, 9)]
    assert recorded == ["scheduled"]
    later(timedelta(minutes=11))
    timetable.settle(registry)
    recorded = [event.kind for event in events.newest(registry, wanted, 9)]
    assert recorded == ["scheduled", "sent"]


def test_its_sender_takes_it_back(registry: Registry, team: Team, later: Later) -> None:
    sent = scheduled(registry, team, "alice", "bob", at="+10m")
    assert len(cancel.cancel(registry, team.caller(), sent.task.task_id)) == 2
    later(timedelta(minutes=11))
    assert polled(registry, team) == []
    status = history.status(registry, team.caller(), sent.task.task_id)
    assert {each.state for each in status.deliveries} == {TaskState.CANCELED}


def test_who_has_left_by_then_does_not_get_it(
    registry: Registry, team: Team, later: Later
) -> None:
    sent = scheduled(registry, team, "alice", "bob", at="+10m")
    agents.deregister(registry, team.others["alice"])
    later(timedelta(minutes=11))
    timetable.settle(registry)
    status = history.status(registry, team.caller(), sent.task.task_id)
    assert [each.state for each in status.deliveries] == ["failed", "input_required"]


def test_ten_that_look_at_once_send_it_once(
    registry: Registry, registry_path: Path, team: Team, later: Later
) -> None:
    scheduled(registry, team, every="*/5 * * * *")
    later(timedelta(minutes=6))
    ready = threading.Barrier(10)

    def look() -> None:
        own = open_registry(registry_path)
        ready.wait()
        timetable.settle(own)
        own.close()

    threads = [threading.Thread(target=look) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert polled(registry, team) == ["look again"]
    stored = registry.rows("SELECT status_state FROM tasks ORDER BY seq")
    assert stored == [("input_required",), ("scheduled",)]


def test_it_comes_again_but_not_for_each_time_that_was_missed(
    registry: Registry, team: Team, later: Later
) -> None:
    scheduled(registry, team, "alice", "bob", every="0 * * * *", expires="30m")
    begun = roster.roster(registry, team.session.session_id)[0].agent.last_active_at
    later(timedelta(days=3))
    timetable.settle(registry)
    waiting = registry.rows(
        "SELECT not_before, expires_at, origin_task_id, task_id FROM tasks"
        " WHERE status_state = 'scheduled' ORDER BY seq"
    )
    assert len(waiting) == 2
    assert {row[2] for row in waiting} == {waiting[0][3]}, "one message to both"
    now = clock.now()
    assert all(clock.stamp(now) < row[0] for row in waiting)
    assert all(clock.parse(row[0]) - now <= timedelta(hours=1) for row in waiting)
    assert clock.parse(waiting[0][1]) - clock.parse(waiting[0][0]) == timedelta(0, 1800)
    ended = roster.roster(registry, team.session.session_id)[0].agent.last_active_at
    assert ended == begun, "its sender did nothing"


def test_taking_the_next_one_back_ends_the_series(
    registry: Registry, team: Team, later: Later
) -> None:
    scheduled(registry, team, every="0 * * * *")
    later(timedelta(hours=1))
    assert polled(registry, team) == ["look again"]
    (task_id,) = registry.row(
        "SELECT task_id FROM tasks WHERE status_state = 'scheduled'"
    )
    cancel.cancel(registry, team.caller(), task_id)
    later(timedelta(days=1))
    assert polled(registry, team) == ["look again"]


def test_a_series_ends_with_its_sender(
    registry: Registry, team: Team, later: Later
) -> None:
    read = timing.read(None, "0 * * * *", None, False)
    bob, alice = team.others["bob"], team.others["alice"]
    send.send(registry, bob, [alice], "hourly", timing=read)
    agents.deregister(registry, bob)
    later(timedelta(hours=1))
    timetable.settle(registry)
    assert registry.rows("SELECT status_state FROM tasks") == [("input_required",)]


def test_what_was_neither_typed_nor_read_in_time_fails(
    registry: Registry, team: Team, later: Later
) -> None:
    unread = scheduled(registry, team, "alice", expires="10m")
    read = scheduled(registry, team, "bob", expires="10m")
    assert polled(registry, team, "bob") == ["look again"]
    later(timedelta(minutes=11))
    assert polled(registry, team) == [], "whoever else has looked or not"
    assert polled(registry, team, "bob") == ["look again"]
    (delivery,) = history.status(
        registry, team.caller(), unread.task.task_id
    ).deliveries
    assert (delivery.state, delivery.push_reason) == ("failed", "expired")
    (delivery,) = history.status(registry, team.caller(), read.task.task_id).deliveries
    assert delivery.state == "input_required"


def test_what_is_urgent_is_read_first(registry: Registry, team: Team) -> None:
    send.send(registry, team.director, [team.others["alice"]], "one")
    scheduled(registry, team, urgent=True)
    assert polled(registry, team) == ["look again", "one"]


def test_a_plain_message_has_no_time(registry: Registry, team: Team) -> None:
    sent = send.send(registry, team.director, [team.others["alice"]], "one")
    (task,) = tasks.get(registry, [sent.task.task_id])
    assert (task.not_before, task.every, task.expires_at, task.urgent) == (
        *(None, None, None, 0),
    )
