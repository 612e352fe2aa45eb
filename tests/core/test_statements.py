"""How many statements the verbs that agents call all day take: as many for fifty recipients as for one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage.sqlite import SqliteRegistry
from tests.team import Team, a_team

NAMES = [f"agent {number} y" for number in range(50)]

Statements = list[str]


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, *NAMES)
    send.send(registry, team.director, [team.administrator], "good morning")
    return team


class Counted:
    """A connection that keeps what it is asked to run, by the first word of each statement."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.statements: Statements = []

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        self.statements.append(sql.split()[0])
        return self.connection.execute(sql, parameters)

    @property
    def in_transaction(self) -> bool:
        return self.connection.in_transaction


@contextmanager
def asked_of(registry: Registry) -> Iterator[Statements]:
    """What is sent to the engine, transactions included."""
    assert isinstance(registry, SqliteRegistry)
    connection = registry._connection
    counted = Counted(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_connection", counted)
        yield counted.statements
    counted.statements[:] = [word for word in counted.statements if word != "PRAGMA"]


SEND = ["BEGIN", "INSERT", "INSERT", "UPDATE", "COMMIT", "UPDATE"]
"""One transaction for the message, its words and its claims; one for what became of its pushes."""


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_send_takes_as_many_whatever_the_number_of_recipients(
    registry: Registry, team: Team, count: int
) -> None:
    recipients = [team.others[name] for name in NAMES[:count]]
    with asked_of(registry) as statements:
        sent = send.send(registry, team.director, recipients, "to do")
    assert statements == SEND
    assert len(sent.deliveries) == count


def test_a_broadcast_reads_who_is_there_and_its_summary_besides(
    registry: Registry, team: Team
) -> None:
    with asked_of(registry) as statements:
        send.broadcast(registry, team.director, "to all")
    assert statements == ["SELECT", *SEND, "SELECT"]


@pytest.mark.parametrize("count", [1, 20])
def test_a_poll_takes_two_and_one_where_nothing_is_new(
    registry: Registry, team: Team, count: int
) -> None:
    alice = team.others[NAMES[0]]
    for _ in range(count):
        send.send(registry, team.director, [alice], "to do")
    with asked_of(registry) as statements:
        assert len(inbox.poll(registry, alice)) == count
    assert statements == ["SELECT", "UPDATE"]
    with asked_of(registry) as statements:
        inbox.poll(registry, alice)
    assert statements == ["SELECT"]


def test_an_ack_takes_two(registry: Registry, team: Team) -> None:
    sent = send.send(registry, team.director, [team.others[NAMES[0]]], "to do")
    caller = team.caller(NAMES[0])
    with asked_of(registry) as statements:
        [acked] = inbox.ack(registry, caller, [sent.task.task_id])
    assert statements == ["SELECT", "UPDATE"]
    shown = inbox.show(registry, caller, sent.task.task_id)
    assert acked == shown._replace(version=acked.version)


def test_all_that_is_acked_takes_one(registry: Registry, team: Team) -> None:
    alice = team.others[NAMES[0]]
    for _ in range(20):
        send.send(registry, team.director, [alice], "to do")
    with asked_of(registry) as statements:
        assert len(inbox.ack_all(registry, team.caller(NAMES[0]))) == 20
    assert statements == ["UPDATE"]
