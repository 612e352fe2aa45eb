"""One message to many: a delivery for each, told as one, settled alone."""

from __future__ import annotations

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import Refused
from cafleet_core.records import Sent, Task
from cafleet_core.states import TaskState, TaskType
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


def stored(registry: Registry, team: Team, task: Task) -> Task:
    return inbox.show(registry, team.caller(), task.task_id)


class TestSeveralRecipients:
    """One message, one delivery for each."""

    def both(self, registry: Registry, team: Team) -> Sent:
        recipients = [team.others["alice"], team.others["bob"]]
        return send.send(registry, team.director, recipients, "to both")

    def test_the_first_delivery_is_the_origin_of_all(
        self, registry: Registry, team: Team
    ) -> None:
        sent = self.both(registry, team)
        tasks = [task for task, _ in sent.deliveries]
        assert {task.origin_task_id for task in tasks} == {sent.task.task_id}
        assert tasks[0] == sent.task
        assert not any(task.broadcast for task in tasks)

    def test_a_single_one_has_no_origin(self, registry: Registry, team: Team) -> None:
        alice = [team.others["alice"]]
        sent = send.send(registry, team.director, alice, "to one")
        assert sent.task.origin_task_id is None

    def test_each_delivery_is_settled_alone(
        self, registry: Registry, team: Team
    ) -> None:
        (first, _), (second, _) = self.both(registry, team).deliveries
        inbox.ack(registry, team.caller("alice"), [first.task_id])
        assert stored(registry, team, second).status_state == TaskState.INPUT_REQUIRED
        send.cancel(registry, team.caller(), second.task_id)
        assert stored(registry, team, first).status_state == TaskState.COMPLETED


class TestBroadcasts:
    """A summary, and a delivery for everyone but sender and Administrator."""

    def test_everyone_else_gets_one(self, registry: Registry, team: Team) -> None:
        sent = send.broadcast(registry, team.others["alice"], "to all")
        reached = {task.to_agent_id for task, _ in sent.deliveries}
        assert reached == {team.director.agent_id, team.others["bob"].agent_id}
        for task, _ in sent.deliveries:
            assert (task.origin_task_id, task.broadcast) == (sent.task.task_id, 1)

    def test_the_summary_is_complete_from_birth_and_in_no_inbox(
        self, registry: Registry, team: Team
    ) -> None:
        summary = send.broadcast(registry, team.director, "to all").task
        assert (summary.type, summary.status_state) == (
            TaskType.BROADCAST_SUMMARY,
            TaskState.COMPLETED,
        )
        assert summary.to_agent_id is None
        assert summary.context_id == team.director.agent_id
        assert summary.origin_task_id == summary.task_id
        assert inbox.poll(registry, team.director, acked_too=True) == []

    def test_its_id_cancels_what_is_still_open(
        self, registry: Registry, team: Team
    ) -> None:
        sent = send.broadcast(registry, team.director, "to all")
        by_recipient = {task.to_agent_id: task for task, _ in sent.deliveries}
        acked = by_recipient[team.others["alice"].agent_id]
        inbox.ack(registry, team.caller("alice"), [acked.task_id])
        send.cancel(registry, team.caller(), sent.task.task_id)
        states = {
            stored(registry, team, task).status_state for task, _ in sent.deliveries
        }
        assert states == {TaskState.COMPLETED, TaskState.CANCELED}
        assert stored(registry, team, acked).status_state == TaskState.COMPLETED
        with pytest.raises(Refused, match="Cannot cancel"):
            send.cancel(registry, team.caller(), sent.task.task_id)
