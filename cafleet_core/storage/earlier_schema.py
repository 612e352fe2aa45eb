"""Registries of cafleet's first generation: recognised by their columns, only ever read."""

from __future__ import annotations

import os.path
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from cafleet_core.errors import Refused, RegistryError
from cafleet_core.fast_types import NamedTuple
from cafleet_core.storage.sqlite_file import APPLICATION_ID, BUSY_SECONDS, reporting

SUMMARY = "broadcast_summary"

Row = Mapping[str, Any]


class _Table(NamedTuple):
    """The names that a table has had, and the names that each of its columns has had.

    A column that is in `optional` reads as NULL where the file has none.
    """

    names: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()


_TABLES = {
    "sessions": _Table(
        ("sessions", "fleets"),
        {
            "session_id": ("session_id", "fleet_id"),
            "label": ("label", "name"),
            "created_at": ("created_at",),
            "deleted_at": ("deleted_at",),
            "director_agent_id": ("director_agent_id", "director_member_id"),
        },
        frozenset(("deleted_at", "director_agent_id")),
    ),
    "agents": _Table(
        ("agents", "members"),
        {
            "agent_id": ("agent_id", "member_id"),
            "session_id": ("session_id", "fleet_id"),
            "name": ("name",),
            "description": ("description",),
            "status": ("status",),
            "registered_at": ("registered_at",),
            "deregistered_at": ("deregistered_at",),
            "card": ("agent_card_json", "member_card_json"),
        },
    ),
    "placements": _Table(
        ("agent_placements", "member_placements"),
        {
            "agent_id": ("agent_id", "member_id"),
            "director_agent_id": ("director_agent_id",),
        },
        frozenset(("director_agent_id",)),
    ),
    "tasks": _Table(
        ("tasks", "messages"),
        {
            "task_id": ("task_id", "message_id"),
            "context_id": ("context_id", "owner_member_id"),
            "from_agent_id": ("from_agent_id", "from_member_id"),
            "type": ("type",),
            "created_at": ("created_at",),
            "status_state": ("status_state",),
            "status_timestamp": ("status_timestamp",),
            "origin_task_id": ("origin_task_id", "origin_message_id"),
            "text": ("text",),
            "document": ("task_json",),
        },
        frozenset(("origin_task_id", "text", "document")),
    ),
}
"""Newer schemas say fleets, members and messages for sessions, agents and tasks."""


class Earlier:
    """An open registry of the first generation, read as of the moment when it was opened.

    Rows are mappings with this generation's column names and the file's own values.
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path
        self._names = {table: self._named(table) for table in _TABLES}
        if not self._has("tasks", "text") and not self._has("tasks", "document"):
            raise _unlike(path, "its tasks have no text")

    def sessions(self) -> list[Row]:
        """Every session, oldest first."""
        return list(
            self._rows(f"{self._select('sessions')} ORDER BY created_at, rowid")
        )

    def agents(self) -> list[Row]:
        """Every agent, oldest first.

        `placed` says whether it lives in a pane, `led_by` which agent had it placed there.
        """
        placements, placed = self._names["placements"]
        agents, columns = self._names["agents"]
        return list(
            self._rows(
                f"SELECT {_listed(columns, 'a')},"
                f" p.{placed['agent_id']} IS NOT NULL AS placed,"
                f" {_column('p', placed['director_agent_id'])} AS led_by"
                f" FROM {agents} a LEFT JOIN {placements} p"
                f" ON p.{placed['agent_id']} = a.{columns['agent_id']}"
                " ORDER BY a.registered_at, a.rowid"
            )
        )

    def count_tasks(self) -> int:
        """How many tasks there are, summaries of broadcasts among them."""
        [row] = self._rows(f"SELECT COUNT(*) AS tasks FROM {self._names['tasks'][0]}")
        return int(row["tasks"])

    def messages(self) -> Iterator[list[Row]]:
        """Every message with all its tasks, oldest first; a summary before its deliveries.

        `origin_created_at` is the summary's, and NULL for a task that belongs to no
        broadcast.
        """
        tasks, columns = self._names["tasks"]
        own = f"t.{columns['task_id']}"
        rows = self._rows(
            f"SELECT {_listed(columns, 't')}, o.created_at AS origin_created_at,"
            " COALESCE(o.rowid, t.rowid) AS head"
            f" FROM {tasks} t LEFT JOIN {tasks} o ON o.type = '{SUMMARY}'"
            f" AND o.{columns['task_id']} = {self._origin(columns, own)}"
            " ORDER BY COALESCE(o.created_at, t.created_at), head,"
            f" t.type <> '{SUMMARY}', t.rowid"
        )
        for _, group in groupby(rows, itemgetter("head")):
            yield list(group)

    def _origin(self, columns: Mapping[str, str], own: str) -> str:
        """SQL for the id of a task's broadcast; for a summary its own id, whatever the
        column says."""
        origin = _column("t", columns["origin_task_id"])
        return f"CASE t.type WHEN '{SUMMARY}' THEN {own} ELSE {origin} END"

    def _select(self, table: str) -> str:
        name, columns = self._names[table]
        return f"SELECT {_listed(columns, name)} FROM {name}"

    def _has(self, table: str, column: str) -> bool:
        return self._names[table][1][column] != "NULL"

    def _named(self, table: str) -> tuple[str, dict[str, str]]:
        """The file's names for a table and its columns; raises Refused where one is missing."""
        known = _TABLES[table]
        for name in known.names:
            there = {
                str(row["name"]) for row in self._rows(f"PRAGMA table_info({name})")
            }
            if there:
                return name, self._columns(table, there)
        raise _unlike(self._path, f"it has no table '{known.names[0]}'")

    def _columns(self, table: str, there: set[str]) -> dict[str, str]:
        known = _TABLES[table]
        columns = {}
        for column, names in known.columns.items():
            columns[column] = next((name for name in names if name in there), "NULL")
            if columns[column] == "NULL" and column not in known.optional:
                raise _unlike(self._path, f"its {table} have no '{column}'")
        return columns

    def _rows(self, sql: str) -> Iterator[Row]:
        with _reading(self._path):
            for row in self._connection.execute(sql):
                yield dict(row)


@contextmanager
def opened(path: str) -> Iterator[Earlier]:
    """The registry of the first generation at `path`, for reading.

    Raises Refused for a file of another kind, RegistryError for one that cannot be read:
    damaged, locked, or not there.
    """
    if not os.path.isfile(path):
        raise RegistryError(f"there is no file {path}.")
    with _reading(path):
        connection = _connect(path)
    with closing(connection):
        with _reading(path):
            _begin(connection, path)
        yield Earlier(connection, path)


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(os.path.abspath(path)))}?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda said: said.decode("utf-8", "replace")
    return connection


def _begin(connection: sqlite3.Connection, path: str) -> None:
    """Begin a read transaction; raises Refused for a registry of the current generation."""
    # a schema that nobody vouches for may call no functions
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("BEGIN")
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        raise Refused(
            f"{path} is a registry of this generation; nothing has to be imported:"
            " name it in CAFLEET_DATABASE_URL."
        )


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """Turn failures into a RegistryError, with a hint where a crash left the file half-written."""
    with reporting(path):
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
                raise
            raise RegistryError(
                f"{path} was left in the middle of a change; a copy of it (with the file"
                f" {os.path.basename(path)}-journal) is mended by 'sqlite3 COPY .tables'."
            ) from None


def _listed(columns: Mapping[str, str], table: str) -> str:
    return ", ".join(
        f"{_column(table, name)} AS {column}" for column, name in columns.items()
    )


def _column(table: str, name: str) -> str:
    return name if name == "NULL" else f"{table}.{name}"


def _unlike(path: str, why: str) -> Refused:
    return Refused(
        f"{path} is no registry of an earlier cafleet that this program knows: {why}."
    )
