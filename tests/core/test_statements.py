"""How many statements the verbs that agents call all day take: as many for fifty recipients as for one."""

from __future__ import annotations

from collections.abc import Iterator
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
    # the search index reads its own settings once a connection
    send.send(registry, team.director, [team.administrator], "good morning")
    return team


@contextmanager
def asked_of(registry: Registry) -> Iterator[Statements]:
    """What the engine is asked to run, transactions included, by the first word of each."""
    assert isinstance(registry, SqliteRegistry)
    asked: list[str] = []

    def note(sql: str) -> None:
        if sql.startswith(("--", "PRAGMA")):  # its own, and once a connection
            return
        if (
            not asked or asked[-1] != sql
        ):  # it is told again for each trigger that it sets off
            asked.append(sql)
            statements.append(sql.split()[0])

    statements: Statements = []
    registry._connection.set_trace_callback(note)
    yield statements
    registry._connection.set_trace_callback(None)


SEND = [
    *("BEGIN", "SELECT", "INSERT", "INSERT", "UPDATE", "SELECT", "SELECT", "UPDATE"),
    *("COMMIT", "BEGIN", "UPDATE", "COMMIT", "SELECT"),
]
"""One transaction for the message, one for what became of its pushes, and the look at both."""


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_send_takes_as_many_whatever_the_number_of_recipients(
    registry: Registry, team: Team, count: int
) -> None:
    recipients = [team.others[name] for name in NAMES[:count]]
    with asked_of(registry) as statements:
        sent = send.send(registry, team.director, recipients, "to do")
    assert statements == SEND
    assert len(sent.deliveries) == count


def test_a_broadcast_reads_who_is_there_besides(registry: Registry, team: Team) -> None:
    with asked_of(registry) as statements:
        send.broadcast(registry, team.director, "to all")
    assert statements == [*SEND[:2], "SELECT", *SEND[2:]]


@pytest.mark.parametrize("count", [1, 20])
def test_a_poll_takes_three_and_one_where_nothing_is_new(
    registry: Registry, team: Team, count: int
) -> None:
    alice = team.others[NAMES[0]]
    for _ in range(count):
        send.send(registry, team.director, [alice], "to do")
    with asked_of(registry) as statements:
        assert len(inbox.poll(registry, alice)) == count
    assert statements == ["SELECT", "UPDATE", "UPDATE"]
    with asked_of(registry) as statements:
        inbox.poll(registry, alice)
    assert statements == ["SELECT"]


def test_an_ack_takes_three(registry: Registry, team: Team) -> None:
    sent = send.send(registry, team.director, [team.others[NAMES[0]]], "to do")
    caller = team.caller(NAMES[0])
    with asked_of(registry) as statements:
        [acked] = inbox.ack(registry, caller, [sent.task.task_id])
    assert statements == ["SELECT", "UPDATE", "UPDATE"]
    assert acked == inbox.show(registry, caller, sent.task.task_id)


def test_all_that_is_acked_takes_five(registry: Registry, team: Team) -> None:
    alice = team.others[NAMES[0]]
    for _ in range(20):
        send.send(registry, team.director, [alice], "to do")
    with asked_of(registry) as statements:
        assert len(inbox.ack_all(registry, team.caller(NAMES[0]))) == 20
    assert statements == ["BEGIN", "SELECT", "UPDATE", "UPDATE", "COMMIT"]
