"""What a member did last: its own acts alone, whatever others do to it."""

from __future__ import annotations

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import cancel, inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import roster
from cafleet_core.views import Activity
from tests.builders import at
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry, minutes: list[int]) -> Team:
    return a_team(registry, "alice", "bob")


def activity(registry: Registry, team: Team, name: str) -> Activity:
    members = roster.roster(registry, team.session.session_id)
    (activity,) = (member.activity for member in members if member.agent.name == name)
    return activity


def send(registry: Registry, team: Team, sender: str, to: str) -> str:
    recipient = team.caller(to).agent
    sent = messages.send(registry, team.caller(sender).agent, [recipient], "hello")
    return sent.task.task_id


def test_who_has_done_nothing_was_last_active_when_registered(
    registry: Registry, team: Team
) -> None:
    nothing = Activity(None, None, None, at(0), 0, 0, None)
    assert activity(registry, team, "alice") == nothing
    assert activity(registry, team, "Administrator") == nothing._replace(
        last_active=None
    )


def test_mail_arriving_never_makes_a_member_look_alive(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    before = activity(registry, team, "alice")
    minutes[0] = 5
    send(registry, team, "bob", "alice")
    minutes[0] = 6
    messages.broadcast(registry, team.director, "to all")
    assert activity(registry, team, "alice") == before._replace(
        last_recv=at(6), unacked=2, unread=2, oldest_unacked=at(5)
    )


def test_an_ack_never_moves_the_sender(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    minutes[0] = 1
    task_id = send(registry, team, "bob", "alice")
    before = activity(registry, team, "bob")
    assert (before.last_sent, before.last_active) == (at(1), at(1))
    minutes[0] = 9
    inbox.ack(registry, team.caller("alice"), [task_id])
    assert activity(registry, team, "bob") == before


def test_a_cancel_never_moves_the_recipient(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    send(registry, team, "bob", "alice")
    task_id = send(registry, team, "bob", "alice")
    before = activity(registry, team, "alice")
    minutes[0] = 9
    cancel.cancel(registry, team.caller("bob"), task_id)
    assert activity(registry, team, "alice") == before._replace(unacked=1, unread=1)
    assert activity(registry, team, "bob").last_sent == at(0)


def test_each_act_of_its_own_is_seen(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    task_id = send(registry, team, "bob", "alice")
    alice = team.others["alice"]
    minutes[0] = 2
    inbox.poll(registry, alice)
    read = activity(registry, team, "alice")
    assert (read.last_active, read.unread, read.unacked) == (at(2), 0, 1)
    minutes[0] = 3
    inbox.ack(registry, team.caller("alice"), [task_id])
    acked = activity(registry, team, "alice")
    assert (acked.last_ack, acked.last_active, acked.unacked) == (at(3), at(3), 0)
    assert acked.oldest_unacked is None
    minutes[0] = 4
    send(registry, team, "alice", "bob")
    sent = activity(registry, team, "alice")
    assert (sent.last_sent, sent.last_active) == (at(4), at(4))
    assert (sent.last_ack, sent.last_recv) == (at(3), at(0))


def test_polling_and_acking_an_empty_inbox_is_no_sign_of_life_and_writes_nothing(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    minutes[0] = 5
    other = open_registry(registry.where)
    before = other.data_version()
    assert inbox.poll(registry, team.others["alice"]) == []
    assert inbox.ack_all(registry, team.caller("alice")) == []
    assert other.data_version() == before
    assert activity(registry, team, "alice").last_active == at(0)
    other.close()


def test_a_broadcast_is_sent_by_its_sender_and_received_by_the_others(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    minutes[0] = 5
    messages.broadcast(registry, team.others["alice"], "to all")
    assert activity(registry, team, "alice")[:3] == (at(5), None, None)
    assert activity(registry, team, "bob")[:3] == (None, at(5), None)
    assert activity(registry, team, "Administrator")[:3] == (None, None, None)


def test_the_oldest_open_one_is_what_waits_longest(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    first = send(registry, team, "bob", "alice")
    minutes[0] = 1
    send(registry, team, "bob", "alice")
    assert activity(registry, team, "alice").oldest_unacked == at(0)
    inbox.ack(registry, team.caller("alice"), [first])
    assert activity(registry, team, "alice").oldest_unacked == at(1)


def test_another_session_s_mail_counts_nowhere_else(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    other = a_team(registry, "alice", "bob")
    before = activity(registry, team, "alice")
    send(registry, other, "bob", "alice")
    assert activity(registry, team, "alice") == before


def test_the_roster_keeps_those_who_left(registry: Registry, team: Team) -> None:
    send(registry, team, "bob", "alice")
    agents.deregister(registry, team.others["alice"])
    members = roster.roster(registry, team.session.session_id)
    left = {member.agent.name: member for member in members}["alice"]
    assert left.agent.status == "deregistered"
    assert left.activity.unacked == 0
