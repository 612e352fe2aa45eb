"""A message's life: sent, read, acked or taken back; and every refusal on the way."""

from __future__ import annotations

import pytest

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Agent, Task
from cafleet_core.states import TaskState, TaskType
from tests.builders import at
from tests.core.mail import send, settle, stored
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


def test_a_message_waits_for_its_recipient_alone(
    registry: Registry, team: Team
) -> None:
    task = send(registry, team, "alice")
    assert task.status_state == TaskState.INPUT_REQUIRED
    assert task.from_agent_id == team.director.agent_id
    assert task.to_agent_id == task.context_id == team.others["alice"].agent_id
    assert task.type == TaskType.UNICAST
    assert [received.task_id for received in poll(registry, team, "alice")] == [
        task.task_id
    ]
    assert poll(registry, team, "bob") == []
    assert inbox.poll(registry, team.director) == []


def poll(registry: Registry, team: Team, name: str) -> list[Task]:
    return inbox.poll(registry, team.others[name])


def test_a_poll_reads_oldest_first_and_does_not_settle(
    registry: Registry, team: Team
) -> None:
    sent = [send(registry, team, "alice", f"number {n}").task_id for n in range(5)]
    for _ in range(2):
        assert [received.task_id for received in poll(registry, team, "alice")] == sent
    limited = inbox.poll(registry, team.others["alice"], limit=2)
    assert [received.task_id for received in limited] == sent[:2]


def test_the_stamps_tell_the_whole_story(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    task = send(registry, team, "alice")
    minutes[0] = 1
    poll(registry, team, "alice")
    minutes[0] = 2
    poll(registry, team, "alice")
    minutes[0] = 3
    (acked,) = inbox.ack(registry, team.caller("alice"), [task.task_id])
    kept = stored(registry, team, task)
    assert acked == kept._replace(version=acked.version)
    assert (acked.created_at, acked.read_at) == (at(0), at(1))
    assert (acked.acked_at, acked.status_timestamp) == (at(3), at(3))
    assert acked.status_state == TaskState.COMPLETED


def test_an_ack_without_a_poll_counts_as_reading(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    task = send(registry, team, "alice")
    minutes[0] = 1
    (acked,) = inbox.ack(registry, team.caller("alice"), [task.task_id])
    assert acked.read_at == acked.acked_at == at(1)


@pytest.mark.parametrize(
    "how", [TaskState.COMPLETED, TaskState.CANCELED, TaskState.FAILED]
)
def test_a_change_of_state_moves_its_timestamp_and_never_created_at(
    registry: Registry, team: Team, minutes: list[int], how: str
) -> None:
    task = send(registry, team, "alice")
    minutes[0] = 7
    settle(registry, team, how, task)
    settled = stored(registry, team, task)
    assert (settled.status_state, settled.created_at) == (how, at(0))
    assert settled.status_timestamp == at(7)
    assert settled.version > task.version
    assert (settled.acked_at is not None) == (how == TaskState.COMPLETED)


def test_a_read_or_push_moves_the_version_and_not_the_state(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    task = send(registry, team, "alice")
    pushed = stored(registry, team, task)
    assert (pushed.push_outcome, pushed.push_reason) == ("none", "no_placement")
    assert (pushed.push_attempts, pushed.notified_at) == (1, None)
    assert pushed.push_next_at is None, "it never gets a pane"
    minutes[0] = 1
    poll(registry, team, "alice")
    read = stored(registry, team, task)
    assert read.version > pushed.version
    assert read.status_timestamp == at(0)


def test_settled_mail_is_polled_on_request_only(registry: Registry, team: Team) -> None:
    first, second = send(registry, team, "alice"), send(registry, team, "alice")
    inbox.ack(registry, team.caller("alice"), [first.task_id])
    assert [received.task_id for received in poll(registry, team, "alice")] == [
        second.task_id
    ]
    everything = inbox.poll(registry, team.others["alice"], acked_too=True)
    assert [received.task_id for received in everything] == [
        first.task_id,
        second.task_id,
    ]


def test_since_is_strict_and_follows_the_state(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    alice = team.others["alice"]
    old = send(registry, team, "alice")
    minutes[0] = 2
    new = send(registry, team, "alice")

    def since(minute: int) -> list[str]:
        polled = inbox.poll(registry, alice, acked_too=True, since=at(minute))
        return [received.task_id for received in polled]

    assert since(-1) == [old.task_id, new.task_id]
    assert since(0) == [new.task_id]
    assert since(2) == []
    minutes[0] = 3
    inbox.ack(registry, team.caller("alice"), [old.task_id])
    assert since(2) == [old.task_id]


def test_ack_all_settles_what_is_open_and_only_that(
    registry: Registry, team: Team
) -> None:
    mine = {send(registry, team, "alice").task_id for _ in range(3)}
    other = send(registry, team, "bob")
    acked = inbox.ack_all(registry, team.caller("alice"))
    assert {task.task_id for task in acked} == mine
    for task in acked:
        assert stored(registry, team, task).status_state == TaskState.COMPLETED
    assert stored(registry, team, other).status_state == TaskState.INPUT_REQUIRED
    assert inbox.ack_all(registry, team.caller("alice")) == []


def test_a_message_to_oneself_is_stored_and_not_pushed(
    registry: Registry, team: Team
) -> None:
    sent = messages.send(registry, team.director, [team.director], "remember")
    assert sent.deliveries[0][1][:2] == ("none", "self")
    assert [received.text for received in inbox.poll(registry, team.director)] == [
        "remember"
    ]


@pytest.mark.parametrize(
    "body", ["-rf", "a\x1b[31mb", "日本語 👍", "'; DROP TABLE tasks; --", "x" * 100_000]
)
def test_a_body_is_kept_whole(registry: Registry, team: Team, body: str) -> None:
    assert send(registry, team, "alice", body).text == body
    assert poll(registry, team, "alice")[0].text == body


def test_a_reply_names_what_it_answers(registry: Registry, team: Team) -> None:
    question = send(registry, team, "alice")
    alice: Agent = team.others["alice"]
    reply = messages.send(
        registry, alice, [team.director], "done", reply_to=question.task_id
    )
    assert reply.task.reply_to_task_id == question.task_id


def test_a_deleted_session_s_mail_is_still_shown(
    registry: Registry, team: Team
) -> None:
    task = send(registry, team, "alice")
    sessions.delete(registry, team.session.session_id)
    assert stored(registry, team, task).text == "to do"
