"""Write sessions with a history of any number of tasks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cafleet_core import clock, ids
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.states import TaskState, TaskType
from cafleet_core.storage import agents
from tests.team import Team, a_team

AGENTS = 20
"""Recipients of a broadcast; in a larger session other members each time."""
ROUND = 30
"""Tasks in a round: a broadcast with its deliveries, and single messages."""
OPEN_EVERY = 50_000
"""One single message in this many tasks is not acked."""

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_APART = timedelta(seconds=10)
_COLUMNS = (
    "seq, task_id, session_id, context_id, from_agent_id, to_agent_id, type, text,"
    " origin_task_id, status_state, status_timestamp, created_at, acked_at,"
    " push_attempts, version"
)
_INSERT = f"INSERT INTO tasks ({_COLUMNS}) VALUES ({', '.join('?' * 15)})"
_INDEX_TEXT = """
    INSERT INTO tasks_text (rowid, session, body)
    SELECT seq, replace(session_id, '-', ''), text FROM tasks
    WHERE seq >= ? AND (origin_task_id IS NULL OR origin_task_id = task_id)
"""
_INDEXES = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'index' AND tbl_name = 'tasks' AND sql IS NOT NULL"
)

Row = tuple[object, ...]


def a_team_with_a_past(path: Path, tasks: int, members: int = AGENTS) -> Team:
    """A new session with `tasks` tasks in the registry at `path`, after all others; its team."""
    registry = open_registry(path)
    team = a_team(registry, "member-00")
    _join(registry, team, [f"member-{number:02}" for number in range(1, members)])
    begin = 1 + int(registry.row("SELECT COALESCE(MAX(seq), 0) FROM tasks")[0])
    registry.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")
        connection.executemany(_INSERT, _rows(team, begin, tasks))
        connection.execute(_INDEX_TEXT, (begin,))
        connection.execute("COMMIT")
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("PRAGMA journal_mode=WAL")
    return team


def _join(registry: Registry, team: Team, names: Iterable[str]) -> None:
    """Have so many join in one transaction, each like the first who did."""
    [first] = team.others.values()
    with registry.write(team.session.session_id):
        for name in names:
            team.others[name] = first._replace(agent_id=ids.new(), name=name)
            agents.insert(registry, team.others[name])


def stamp_of(seq: int) -> str:
    """When the task `seq` was created."""
    return clock.stamp(_BEGAN + seq * _APART)


def _rows(team: Team, begin: int, tasks: int) -> Iterator[Row]:
    end = begin + tasks
    for first in range(begin, end, ROUND):
        yield from list(_round(team, first))[: end - first]


def _round(team: Team, first: int) -> Iterator[Row]:
    origin = ids.new()
    director = team.director.agent_id
    members = [agent.agent_id for agent in team.others.values()]
    turn = first // ROUND * AGENTS
    recipients = [members[(turn + place) % len(members)] for place in range(AGENTS)]
    text = f"round {first}: tell me how far you are\nand what you wait for"
    yield _row(team, first, director, None, text, (origin, origin))
    for seq, member in enumerate(recipients, first + 1):
        yield _row(team, seq, director, member, text, (ids.new(), origin))
    for seq in range(first + 1 + AGENTS, first + ROUND):
        member = members[seq % len(members)]
        said = f"message {seq}: the draft of part {seq % 977} is ready"
        yield _row(team, seq, member, director, said, (ids.new(), None))


def _row(
    team: Team,
    seq: int,
    sender: str,
    recipient: str | None,
    text: str,
    task: tuple[str, str | None],
) -> Row:
    task_id, origin = task
    alone = origin is None
    is_open = alone and seq % OPEN_EVERY < ROUND and seq % ROUND == ROUND - 2
    stamp = stamp_of(seq)
    return (
        *(
            seq,
            task_id,
            team.session.session_id,
            recipient or sender,
            sender,
            recipient,
        ),
        *(
            TaskType.BROADCAST_SUMMARY if recipient is None else TaskType.UNICAST,
            text,
            origin,
        ),
        *(TaskState.INPUT_REQUIRED if is_open else TaskState.COMPLETED, stamp, stamp),
        *(None if is_open or recipient is None else stamp, 0, seq),
    )
