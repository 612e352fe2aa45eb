"""One message to many: a delivery for each, told as one, settled alone."""

from __future__ import annotations

import pytest

from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import cancel, inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import Refused
from cafleet_core.records import Sent, Task
from cafleet_core.states import TaskState, TaskType
from tests.core.mail import stored
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


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
        cancel.cancel(registry, team.caller(), second.task_id)
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
        cancel.cancel(registry, team.caller(), sent.task.task_id)
        states = {
            stored(registry, team, task).status_state for task, _ in sent.deliveries
        }
        assert states == {TaskState.COMPLETED, TaskState.CANCELED}
        assert stored(registry, team, acked).status_state == TaskState.COMPLETED
        with pytest.raises(Refused, match="Cannot cancel"):
            cancel.cancel(registry, team.caller(), sent.task.task_id)


class TestOwnPart:
    """Whoever names a message to several, by any of its ids, means their own part in it."""

    @pytest.fixture
    def parts(self, registry: Registry, team: Team) -> dict[str, Task]:
        """A message of the Director to alice, to bob and to itself; alice's part is its head."""
        recipients = [*team.others.values(), team.director]
        sent = send.send(registry, team.director, recipients, "to both")
        tasks = [task for task, _ in sent.deliveries]
        return dict(zip(("alice", "bob", "Director"), tasks, strict=True))

    def part(
        self, registry: Registry, team: Team, name: str, task: Task, **how: bool
    ) -> str:
        caller = team.caller(name)
        return identity.find_own_task(registry, caller, task.task_id, **how).task_id

    def test_a_recipient_means_what_was_sent_to_it(
        self, registry: Registry, team: Team, parts: dict[str, Task]
    ) -> None:
        for name in ("alice", "bob"):
            for received in (False, True):
                head = parts["alice"]
                part = self.part(registry, team, name, head, received=received)
                assert part == parts[name].task_id

    def test_the_sender_means_the_message_unless_it_asks_for_what_it_received(
        self, registry: Registry, team: Team, parts: dict[str, Task]
    ) -> None:
        head = parts["alice"]
        assert self.part(registry, team, "Director", head) == head.task_id
        own = self.part(registry, team, "Director", head, received=True)
        assert own == parts["Director"].task_id

    def test_who_has_no_part_in_it_is_shown_which_it_is(
        self, registry: Registry, team: Team, parts: dict[str, Task]
    ) -> None:
        head = parts["alice"]
        for received in (False, True):
            part = self.part(registry, team, "Administrator", head, received=received)
            assert part == head.task_id

    def test_a_prefix_of_several_is_the_caller_s_own(
        self, registry: Registry, team: Team, parts: dict[str, Task]
    ) -> None:
        other = send.send(registry, team.director, [team.others["bob"]], "to bob").task
        with registry.write():
            for task, task_id in ((parts["alice"], "cafe-1"), (other, "cafe-2")):
                registry.execute(
                    "UPDATE tasks SET task_id = ? WHERE task_id = ?",
                    (task_id, task.task_id),
                )
        alice, bob = team.caller("alice"), team.caller("bob")
        assert identity.find_own_task(registry, alice, "cafe").task_id == "cafe-1"
        assert identity.find_own_task(registry, bob, "cafe").task_id == "cafe-2"

    def test_who_answers_it_has_acked_its_own_part_alone(
        self, registry: Registry, team: Team, parts: dict[str, Task]
    ) -> None:
        bob = team.others["bob"]
        other = send.send(registry, team.director, [bob], "to bob").task
        inbox.ack_answered(registry, bob, parts["alice"].task_id)
        assert stored(registry, team, parts["bob"]).status_state == TaskState.COMPLETED
        for task in (parts["alice"], parts["Director"], other):
            assert stored(registry, team, task).status_state == TaskState.INPUT_REQUIRED
        inbox.ack_answered(registry, bob, other.task_id)
        assert stored(registry, team, other).status_state == TaskState.COMPLETED
