"""Task rows: each stamp is set once, and what is settled owes nobody a push."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import CommitUnknown
from cafleet_core.records import Agent, PushResult, Task
from cafleet_core.states import PushOutcome, PushReason, TaskState, TaskType
from cafleet_core.storage import lookup, new_tasks, tasks, unsettled_tasks
from cafleet_core.storage.new_tasks import NewTask
from tests.builders import an_id, at
from tests.team import Team, a_team

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Statement

Settle = Callable[[Registry, Task], object]


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice")


def stored(registry: Registry, task_id: str) -> Task:
    return tasks.get(registry, [task_id])[0]


def a_task(registry: Registry, team: Team, number: int = 1, **changes: Any) -> Task:
    """The Director's message to alice, open and owed since minute `number`, but for `changes`."""
    alice = team.others["alice"].agent_id
    task_id = an_id("task", number)
    columns = {
        "task_id": task_id,
        "session_id": team.session.session_id,
        "context_id": alice,
        "sender_id": team.director.agent_id,
        "recipient_id": alice,
        "kind": TaskType.UNICAST,
        "text": "to do",
        "origin": None,
        "reply_to": None,
        "state": TaskState.INPUT_REQUIRED,
        "at": at(minutes=number),
    }
    with registry.write():
        for statement in new_tasks.insert(
            registry, [NewTask(**{**columns, **changes})]
        ):
            registry.execute(*statement)
    return stored(registry, task_id)


def test_what_was_read_stays_read_at_that_time(registry: Registry, team: Team) -> None:
    """Two processes of one agent may both have found it unread."""
    task = a_task(registry, team)
    tasks.mark_read(registry, task.session_id, [task.task_id], at(minutes=2))
    first = stored(registry, task.task_id)
    assert first.read_at == at(minutes=2)
    tasks.mark_read(registry, task.session_id, [task.task_id], at(minutes=3))
    assert stored(registry, task.task_id) == first


def recipient(registry: Registry, task: Task) -> Agent:
    [agent] = lookup.by_ids(registry, [task.context_id])
    return agent


def test_a_new_task_is_owed_its_first_try_unless_none_can_reach_anybody(
    registry: Registry, team: Team
) -> None:
    owed = a_task(registry, team)
    assert (owed.push_attempts, owed.push_outcome, owed.push_reason) == (0, None, None)
    assert owed.push_next_at == at(minutes=1)
    gone = PushResult(PushOutcome.NONE, PushReason.NO_PLACEMENT)
    lost = a_task(registry, team, 2, result=gone)
    assert (lost.push_attempts, lost.push_outcome, lost.push_reason) == (1, *gone[:2])
    assert lost.push_next_at is None


SETTLING: dict[str, Settle] = {
    TaskState.COMPLETED: lambda registry, task: tasks.ack(
        registry, recipient(registry, task), [task.task_id], at(minutes=5)
    ),
    TaskState.CANCELED: lambda registry, task: unsettled_tasks.cancel(
        registry, [task.task_id], at(minutes=5)
    ),
    TaskState.FAILED: lambda registry, task: unsettled_tasks.fail_open(
        registry, task.context_id, at(minutes=5)
    ),
}


@pytest.mark.parametrize("state", SETTLING)
def test_what_is_settled_owes_no_push_any_more(
    registry: Registry, team: Team, state: str
) -> None:
    task = a_task(registry, team)
    assert task.push_next_at == at(minutes=1)
    SETTLING[state](registry, task)
    settled = stored(registry, task.task_id)
    assert (settled.status_state, settled.push_next_at) == (state, None)
    assert settled.status_timestamp == at(minutes=5)
    assert settled.version > task.version


@pytest.mark.parametrize("settled", SETTLING)
@pytest.mark.parametrize("state", SETTLING)
def test_what_is_settled_is_settled_once(
    registry: Registry, team: Team, settled: str, state: str
) -> None:
    task = a_task(registry, team, state=settled)
    assert task.push_next_at is None
    SETTLING[state](registry, task)
    assert stored(registry, task.task_id) == task


def test_a_broadcast_s_open_deliveries_are_found_by_its_id(
    registry: Registry, team: Team
) -> None:
    summary = a_task(registry, team, recipient_id=None, state=TaskState.COMPLETED)
    origin = {"origin": summary.task_id}
    opened = [a_task(registry, team, number, **origin).task_id for number in (2, 3)]
    a_task(registry, team, 4, state=TaskState.COMPLETED, **origin)
    a_task(registry, team, 5)
    assert sorted(unsettled_tasks.open_of(registry, summary.task_id)) == sorted(opened)


def test_what_reached_nobody_has_failed_whatever_it_was(
    registry: Registry, team: Team
) -> None:
    task = a_task(registry, team, state=TaskState.COMPLETED)
    other = a_task(registry, team, 2)
    unsettled_tasks.fail(registry, task.task_id, at(minutes=5))
    failed = stored(registry, task.task_id)
    assert (failed.status_state, failed.status_timestamp) == (
        TaskState.FAILED,
        at(minutes=5),
    )
    assert stored(registry, other.task_id) == other


def test_an_ack_that_is_sent_again_counts_once_and_holds(
    registry: Registry, team: Team
) -> None:
    """As where the connection was lost after the commit: the same stamp tells of the same ack."""
    alice = team.others["alice"]
    ids = [a_task(registry, team, number).task_id for number in (1, 2)]
    assert tasks.ack(registry, alice, ids, at(minutes=5))
    acked = [stored(registry, task_id) for task_id in ids]
    assert tasks.ack(registry, alice, ids, at(minutes=5))
    assert not tasks.ack(registry, alice, ids, at(minutes=6))
    assert [stored(registry, task_id) for task_id in ids] == acked


@pytest.mark.sqlite
@pytest.mark.parametrize("was_kept", [True, False])
def test_what_was_acked_as_the_connection_was_lost_is_told(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch, was_kept: bool
) -> None:
    """A file has no connection to lose; what a real server does is tested with its faults."""
    alice, change, lost = team.others["alice"], registry.change, []

    def losing(
        session_id: str | None, *statements: Statement, repeatable: bool = True
    ) -> list[list[Any]]:
        if not repeatable:
            lost.append(was_kept and change(session_id, *statements))
            raise CommitUnknown("the connection was lost.")
        return change(session_id, *statements)

    before, *opened = [a_task(registry, team, number).task_id for number in (1, 2, 3)]
    tasks.ack(registry, alice, [before], at(minutes=4))
    monkeypatch.setattr(registry, "change", losing)
    acked = tasks.ack_open(registry, alice, at(minutes=5))
    assert len(lost) == 1
    assert [task.task_id for task in acked] == opened
    assert {task.acked_at for task in acked} == {at(minutes=5)}
    assert {task.status_state for task in acked} == {TaskState.COMPLETED}
