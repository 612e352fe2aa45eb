"""How often an agent acted in each of the last minutes: its own acts alone, and a bounded count."""

from __future__ import annotations

import pytest

from cafleet_core.broker.messages import inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import roster
from cafleet_core.views import PULSE_MINUTES
from tests.builders import DAWN
from tests.team import Team, a_team

FIRST = int(DAWN.timestamp()) // 60


@pytest.fixture
def team(registry: Registry, minutes: list[int]) -> Team:
    return a_team(registry, "alice", "bob")


def pulse(registry: Registry, team: Team, name: str) -> dict[int, int]:
    """What an agent did, by minutes after the beginning."""
    pulses = roster.pulses(registry, team.session.session_id)
    counts = pulses.get(team.caller(name).agent.agent_id, {})
    return {minute - FIRST: count for minute, count in counts.items()}


def send(registry: Registry, team: Team, sender: str, *to: str) -> str:
    recipients = [team.caller(name).agent for name in to]
    sent = messages.send(registry, team.caller(sender).agent, recipients, "hello")
    return sent.deliveries[0][0].task_id


def test_sending_reading_and_acking_are_acts_of_who_does_them(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    task_id = send(registry, team, "alice", "bob")
    minutes[0] = 5
    inbox.poll(registry, team.others["bob"])
    minutes[0] = 9
    inbox.ack(registry, team.caller("bob"), [task_id])
    assert pulse(registry, team, "alice") == {0: 1}
    assert pulse(registry, team, "bob") == {5: 1, 9: 1}


def test_a_message_to_many_is_one_act_of_its_sender(
    registry: Registry, team: Team
) -> None:
    send(registry, team, "alice", "bob", "Director")
    messages.broadcast(registry, team.director, "to all")
    assert pulse(registry, team, "alice") == {0: 1}
    assert pulse(registry, team, "Director") == {0: 1}
    assert pulse(registry, team, "bob") == {}


def test_what_is_too_long_ago_is_not_counted(
    registry: Registry, team: Team, minutes: list[int]
) -> None:
    send(registry, team, "alice", "bob")
    minutes[0] = PULSE_MINUTES + 1
    send(registry, team, "alice", "bob")
    assert pulse(registry, team, "alice") == {PULSE_MINUTES + 1: 1}


def test_no_more_than_the_newest_are_looked_at(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cafleet_core.storage import activity as storage

    few = storage._ACTS.replace(f"LIMIT {storage.NEWEST}", "LIMIT 3")
    monkeypatch.setattr(storage, "_ACTS", few)
    for _ in range(5):
        send(registry, team, "alice", "bob")
    assert pulse(registry, team, "alice") == {0: 3}
