"""Copy a whole registry into an empty one on a server: ids, numbers and times stay as they are."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import postgres_roles
from cafleet_core.storage.postgres_search import vector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from cafleet_core.storage.postgres import PostgresRegistry
    from cafleet_core.storage.registry import Registry

_FIRST = ("sessions", "agents")
"""Other tables refer to these."""

_LEFT_OUT = ("revision", "grants", "tasks_text", "requests", "watches", "screens")
"""Tables that are not copied: the target has its own, makes them anew, or they last seconds."""

_TABLES = """
    SELECT table_name, column_name, is_identity FROM information_schema.columns
    WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
"""

_HEADS = """
    SELECT seq, session_id, text FROM tasks
    WHERE origin_task_id IS NULL OR origin_task_id = task_id ORDER BY seq
"""


def take_in(target: PostgresRegistry, source: Registry) -> dict[str, int]:
    """Copy every row of `source` into the empty `target`; how many of each table.

    Inside the caller's transactions on both, so that nobody changes either meanwhile.
    """
    target.execute("SET LOCAL statement_timeout = 0")
    counts: dict[str, int] = {}
    for table, columns, numbered in _tables(target):
        if not source.has_table(table):
            continue
        target.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        counts[table] = _copied(target, source, table, columns)
        target.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        if numbered:
            _go_on_counting(target, table, numbered)
        if table == "agents":
            _set_directors(target, source)
    heads = source.execute(_HEADS)
    words = ((seq, session_id, vector(body)) for seq, session_id, body in heads)
    _load(target, "tasks_text", ("seq", "session_id", "words"), words)
    target.execute(
        "INSERT INTO grants (role, session_id) SELECT ?, session_id FROM sessions",
        (postgres_roles.HOST,),
    )
    return counts


def _tables(target: Registry) -> Iterator[tuple[str, list[str], str]]:
    """Each table to copy with its columns, and the one that the server numbers; in order."""
    columns: dict[str, list[str]] = {}
    numbered: dict[str, str] = {}
    for table, column, is_identity in target.rows(_TABLES):
        columns.setdefault(table, []).append(column)
        if is_identity == "YES":
            numbered[table] = column
    for table in sorted(
        columns, key=lambda each: (each not in _FIRST, each != "sessions")
    ):
        if table not in _LEFT_OUT:
            yield table, columns[table], numbered.get(table, "")


def _copied(
    target: PostgresRegistry, source: Registry, table: str, columns: Sequence[str]
) -> int:
    known: Any = source.execute(f"SELECT * FROM {table} LIMIT 0")
    there = {column[0] for column in known.description}
    common = [column for column in columns if column in there]
    read = ", ".join(
        # a Director is stored after its session
        "NULL" if (table, column) == ("sessions", "director_agent_id") else column
        for column in common
    )
    rows = source.execute(f"SELECT {read} FROM {table}")
    return _load(target, table, common, rows)


def _load(
    target: PostgresRegistry,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> int:
    count = 0
    with target.link.copying(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _set_directors(target: Registry, source: Registry) -> None:
    target.execute("ALTER TABLE sessions DISABLE TRIGGER USER")
    for session_id, director in source.rows(
        "SELECT session_id, director_agent_id FROM sessions"
    ):
        target.execute(
            "UPDATE sessions SET director_agent_id = ? WHERE session_id = ?",
            (director, session_id),
        )
    target.execute("ALTER TABLE sessions ENABLE TRIGGER USER")


def _go_on_counting(target: Registry, table: str, column: str) -> None:
    """Have the next row numbered behind the last one."""
    target.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), MAX({column}))"
        f" FROM {table} HAVING MAX({column}) IS NOT NULL"
    )
