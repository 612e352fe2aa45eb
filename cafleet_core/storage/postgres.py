"""The registry in a PostgreSQL database: one connection, its transactions, its notices."""

from __future__ import annotations

import psycopg

from cafleet_core.config import folders, server_url
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import postgres_ddl
from cafleet_core.storage.postgres_connection import connect, failure
from cafleet_core.storage.postgres_search import PostgresSearch
from cafleet_core.storage.postgres_watch import PostgresWatch
from cafleet_core.storage.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Any

    from cafleet_core.storage.registry import Commits, Statement
    from cafleet_core.storage.watch import Bell

_ALL_SESSIONS = 0x63_66_6C_74
"""The advisory lock that writes of one session share, and those of no session hold alone."""

_translated: dict[str, str] = {}


class PostgresRegistry(Registry):
    """A registry in the database that a URL names, in the first schema of its search path."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.where = server_url.parse(url, "the registry's URL").where
        self.folder = folders.server_folder(self.where)
        self.search = PostgresSearch(self)
        self._connection = connect(url, self.where)
        self._commits = 0
        self._listens = False
        self.opened_at = self.revision()

    def execute(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> psycopg.Cursor[Any]:
        try:
            if not parameters:
                return self._connection.execute(sql)
            return self._connection.execute(_translate(sql), parameters)
        except psycopg.Error as error:
            raise failure(self.where, error) from None

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        return self.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        return self.execute(sql, parameters).fetchone()

    def write(
        self, session_id: str | None = None, *, keep: bool = True, durable: bool = True
    ) -> _Transaction:
        return _Transaction(self, session_id, keep, durable)

    def change(
        self, session_id: str | None, *statements: Statement, durable: bool = True
    ) -> list[list[Any]]:
        begin = _beginning(session_id, durable)
        results = self._at_once([*begin, *statements, ("COMMIT", ())])
        return [_fetched(cursor) for cursor in results[len(begin) : -1]]

    def _at_once(self, statements: Sequence[Statement]) -> list[psycopg.Cursor[Any]]:
        """Run statements of which none waits for an answer, in one flush."""
        connection = self._connection
        try:
            with connection.pipeline():
                return [
                    connection.execute(_translate(sql), parameters)
                    for sql, parameters in statements
                ]
        except psycopg.Error as error:
            self.roll_back()
            raise failure(self.where, error) from None

    def roll_back(self) -> None:
        """End a transaction that is open, as if it had not been; a lost connection has."""
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.Error:
            pass  # what is wrong has been said

    def begin(self, session_id: str | None, durable: bool) -> None:
        """Begin a transaction with its lock."""
        self._at_once(_beginning(session_id, durable))

    def refuse_writes(self) -> None:
        self.execute("SET default_transaction_read_only = on")

    def data_version(self) -> int:
        self._listen()
        self._take_notices()
        return self._commits

    def watch(
        self, bell: Bell | None = None, version: Callable[[], int] | None = None
    ) -> Commits:
        return PostgresWatch(self.fileno, version or self.data_version, bell)

    def fileno(self) -> int:
        """What can be read once the server has told of something."""
        return self._connection.fileno()

    def _listen(self) -> None:
        if not self._listens:
            self.execute(f"LISTEN {postgres_ddl.CHANNEL}")
            self._listens = True

    def _take_notices(self) -> None:
        """Count what others have committed since, as they have told."""
        own = self._connection.info.backend_pid
        try:
            for notice in self._connection.notifies(timeout=0):
                self._commits += notice.pid != own
        except psycopg.Error as error:
            raise failure(self.where, error) from None

    def take(self, name: str) -> bool:
        return bool(
            self.row(
                "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || ?, 0))",
                (name,),
            )[0]
        )

    def check_in_place(self) -> None:
        pass  # a connection never leads to another database than the one it was opened to

    def revision(self) -> int:
        if not self.ours():
            return 0
        row = self.row("SELECT head FROM revision")
        return int(row[0]) if row else 0

    def ours(self) -> bool:
        return self.has_table("revision")

    def mark(self, revision: int) -> None:
        self.execute("DELETE FROM revision")
        self.execute(
            "INSERT INTO revision (head, oldest_reader) VALUES (?, ?)", [revision] * 2
        )

    def upgrade(self, before: int) -> None:
        postgres_ddl.upgrade(self, before)

    def empty(self) -> bool:
        known = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1"
        return self.row(known) is None

    def has_table(self, name: str) -> bool:
        return bool(self.row("SELECT to_regclass(?) IS NOT NULL", (name,))[0])

    def complaints(self, *, quick: bool = False) -> list[str]:  # noqa: ARG002  # a server checks its pages itself
        return []

    def compact(self) -> None:
        self.execute("VACUUM")

    def copy_to(self, path: str) -> None:  # noqa: ARG002  # see the message
        raise RegistryError(
            f"registry {self.where} is on a server: back it up with 'pg_dump'."
        )

    def close(self) -> None:
        self._connection.close()


class _Transaction:
    """See `Registry.write`."""

    __slots__ = ("_durable", "_keep", "_registry", "_session_id")

    def __init__(
        self,
        registry: PostgresRegistry,
        session_id: str | None,
        keep: bool,
        durable: bool,
    ) -> None:
        self._registry = registry
        self._session_id = session_id
        self._keep = keep
        self._durable = durable

    def __enter__(self) -> None:
        self._registry.begin(self._session_id, self._durable)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if error is not None or not self._keep:
            self._registry.roll_back()
        else:
            self._registry.execute("COMMIT")


def _beginning(session_id: str | None, durable: bool) -> list[Statement]:
    """What begins a transaction: its lock, that of one session or that of all.

    The session's row is what its changes are numbered in: it is locked first, so that
    versions are given in the order of the commits, and no two wait for each other.
    """
    begin: list[Statement] = [("BEGIN", ())]
    if not durable:
        begin.append(("SET LOCAL synchronous_commit = off", ()))
    if session_id is None:
        return [*begin, ("SELECT pg_advisory_xact_lock(?)", (_ALL_SESSIONS,))]
    return [
        *begin,
        ("SELECT pg_advisory_xact_lock_shared(?)", (_ALL_SESSIONS,)),
        (
            "SELECT 1 FROM sessions WHERE session_id = ? FOR NO KEY UPDATE",
            (session_id,),
        ),
    ]


def _fetched(cursor: psycopg.Cursor[Any]) -> list[Any]:
    return cursor.fetchall() if cursor.description else []


def _translate(sql: str) -> str:
    """A statement with the driver's marks for its parameters."""
    known = _translated.get(sql)
    if known is None:
        known = _translated[sql] = sql.replace("%", "%%").replace("?", "%s")
    return known
