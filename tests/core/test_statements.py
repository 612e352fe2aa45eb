"""How many statements the verbs that agents call all day take: as many for fifty recipients as for one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from cafleet_core import host, process
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage.sqlite import SqliteRegistry
from tests import statements as statements_of
from tests.team import Team, a_team

pytestmark = pytest.mark.sqlite

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


SEND = ["BEGIN", "INSERT", "INSERT", "INSERT", "COMMIT"]
"""One transaction for the message, its words, and that nobody without a pane is told of it."""


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
    assert statements == ["SELECT", *SEND]


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


class Shell:
    """Runs whole commands, as an agent does who names itself, or in whose pane this process is."""

    def __init__(self, registry: Registry, team: Team, pane: bool) -> None:
        assert isinstance(registry, SqliteRegistry)
        self.path = Path(registry.path)
        self.session_id = team.session.session_id
        self.flags = () if pane else ("--agent-id", "Director")
        if pane:
            _place_here(registry, team.director.agent_id)

    def asked(self, *words: str) -> Statements:
        """The first word of each statement of a command, but for what sets a connection up."""
        variables = {"CAFLEET_SESSION_ID": self.session_id}
        asked = statements_of.of_command(
            self.path, *self.flags, "message", *words, **variables
        )
        return [sql.split()[0] for sql in asked]


def _place_here(registry: Registry, agent_id: str) -> None:
    here = process.find(os.getpid())
    assert here is not None
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET pane_pid = ?, pane_started = ?, host = ?"
            " WHERE agent_id = ?",
            (*here.instance, host.host_id(), agent_id),
        )


@pytest.fixture(params=[False, True], ids=["named", "in its pane"])
def shell(registry: Registry, team: Team, request: pytest.FixtureRequest) -> Shell:
    return Shell(registry, team, request.param)


WHO = "WITH"
"""One tells who calls and whom the command names."""
OWED = "SELECT"
"""The last one tells whether anything is owed to a pane of this host."""


def _typed(registry: Registry, team: Team) -> str:
    """The id of a message to the Director that was typed into its pane."""
    sent = send.send(registry, team.others[NAMES[0]], [team.director], "to do")
    with registry.write():
        registry.execute(
            "UPDATE tasks SET push_outcome = 'delivered', push_reason = NULL,"
            " notified_at = created_at, push_next_at = NULL WHERE task_id = ?",
            (sent.task.task_id,),
        )
    return sent.task.task_id


def test_a_whole_poll_takes_four(registry: Registry, team: Team, shell: Shell) -> None:
    assert shell.asked("poll") == [WHO, "SELECT", OWED]
    _typed(registry, team)
    assert shell.asked("poll") == [WHO, "SELECT", "UPDATE", OWED]


def test_a_whole_ack_takes_four(registry: Registry, team: Team, shell: Shell) -> None:
    task_id = _typed(registry, team)
    assert shell.asked("ack", task_id) == [WHO, "SELECT", "UPDATE", OWED]
    _typed(registry, team)
    assert shell.asked("ack", "--all") == [WHO, "UPDATE", OWED]


@pytest.mark.parametrize("count", [1, 50])
def test_a_whole_send_takes_six_and_its_transaction(shell: Shell, count: int) -> None:
    to = [word for name in NAMES[:count] for word in ("--to", name)]
    assert shell.asked("send", *to, "--text", "to do") == [WHO, *SEND, OWED]
