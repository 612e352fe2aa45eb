"""What is refused of sending, acking and canceling, with nothing stored or changed."""

from __future__ import annotations

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import cancel, inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import InvalidInput, NotFound, Refused
from cafleet_core.states import TaskState
from tests.core.mail import send, settle, stored
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


class TestRefusals:
    """What may not be done says so, and changes nothing."""

    @pytest.mark.parametrize("body", ["", " \n\t", "\x1b\x07", "\u202e\u2028"])
    def test_an_empty_body(self, registry: Registry, team: Team, body: str) -> None:
        with pytest.raises(InvalidInput, match="the message is empty"):
            send(registry, team, "alice", body)
        with pytest.raises(InvalidInput, match="the message is empty"):
            messages.broadcast(registry, team.director, body)
        assert registry.rows("SELECT * FROM tasks") == []

    @pytest.mark.parametrize("own_id", ["", "first", "A" * 36])
    def test_an_id_that_is_none(
        self, registry: Registry, team: Team, own_id: str
    ) -> None:
        """As of a shell whose program for ids is missing: what is tried again would come twice."""
        alice = team.others["alice"]
        with pytest.raises(InvalidInput, match="is no UUID"):
            messages.send(registry, team.director, [alice], "once", head_id=own_id)
        assert registry.rows("SELECT * FROM tasks") == []

    def test_a_recipient_who_has_left(self, registry: Registry, team: Team) -> None:
        agents.deregister(registry, team.others["alice"])
        both = [team.others["bob"], team.others["alice"]]
        with pytest.raises(Refused, match="is deregistered"):
            messages.send(registry, team.director, both, "to do")
        assert registry.rows("SELECT * FROM tasks") == []

    def test_a_sender_who_has_left(self, registry: Registry, team: Team) -> None:
        alice = team.others["alice"]
        agents.deregister(registry, alice)
        with pytest.raises(Refused, match="is deregistered"):
            messages.send(registry, alice, [team.director], "to do")
        with pytest.raises(Refused, match="is deregistered"):
            messages.broadcast(registry, alice, "to do")

    def test_a_broadcast_to_nobody(self, registry: Registry) -> None:
        with pytest.raises(Refused, match="nobody else is active"):
            messages.broadcast(registry, a_team(registry).director, "hello")
        assert registry.rows("SELECT * FROM tasks") == []

    @pytest.mark.parametrize("name", ["bob", "Director", "Administrator"])
    def test_an_ack_by_anybody_else(
        self, registry: Registry, team: Team, name: str
    ) -> None:
        task = send(registry, team, "alice")
        with pytest.raises(Refused) as refused:
            inbox.ack(registry, team.caller(name), [task.task_id])
        assert refused.value.message == "Only the recipient can ACK a task"
        assert stored(registry, team, task).status_state == TaskState.INPUT_REQUIRED

    @pytest.mark.parametrize("name", ["alice", "bob"])
    def test_a_cancel_by_anybody_else(
        self, registry: Registry, team: Team, name: str
    ) -> None:
        task = send(registry, team, "alice")
        with pytest.raises(Refused) as refused:
            cancel.cancel(registry, team.caller(name), task.task_id)
        assert refused.value.message == "Only the sender can cancel a task"
        assert stored(registry, team, task).status_state == TaskState.INPUT_REQUIRED

    @pytest.mark.parametrize("how", [TaskState.COMPLETED, TaskState.CANCELED])
    def test_settling_twice(self, registry: Registry, team: Team, how: str) -> None:
        task = send(registry, team, "alice")
        settle(registry, team, how, task)
        before = stored(registry, team, task)
        with pytest.raises(Refused) as refused:
            inbox.ack(registry, team.caller("alice"), [task.task_id])
        assert refused.value.message == f"Cannot ACK task in state {how}"
        with pytest.raises(Refused, match=f"Cannot cancel task in state {how}"):
            cancel.cancel(registry, team.caller(), task.task_id)
        assert stored(registry, team, task) == before

    def test_an_ack_of_several_is_all_or_none(
        self, registry: Registry, team: Team
    ) -> None:
        good, other = send(registry, team, "alice"), send(registry, team, "bob")
        for bad in (other.task_id, "nothing-like-it"):
            with pytest.raises((Refused, NotFound)):
                inbox.ack(registry, team.caller("alice"), [good.task_id, bad])
            assert stored(registry, team, good).status_state == TaskState.INPUT_REQUIRED

    def test_a_third_party_cannot_read_along(
        self, registry: Registry, team: Team
    ) -> None:
        task = send(registry, team, "alice")
        assert inbox.show(registry, team.caller("alice"), task.task_id)
        with pytest.raises(NotFound, match=f"Task {task.task_id} not found"):
            inbox.show(registry, team.caller("bob"), task.task_id)

    def test_another_session_s_task_does_not_exist(
        self, registry: Registry, team: Team
    ) -> None:
        task = send(registry, team, "alice")
        stranger = a_team(registry).caller()
        for reference in (task.task_id, task.task_id[:8]):
            with pytest.raises(NotFound):
                inbox.show(registry, stranger, reference)
            with pytest.raises(NotFound):
                inbox.ack(registry, stranger, [reference])
            with pytest.raises(NotFound):
                cancel.cancel(registry, stranger, reference)
