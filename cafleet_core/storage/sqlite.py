"""The registry in a SQLite file: connection, transactions, and whether the file is in place."""

from __future__ import annotations

import os.path

from cafleet_core import clock
from cafleet_core.errors import RegistryGone
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import displaced, sqlite_file, write_queue
from cafleet_core.storage.registry import Registry
from cafleet_core.storage.sqlite_file import (
    APPLICATION_ID,
    FAILURES,
    FileFacts,
    failure,
    reporting,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Sequence
    from types import TracebackType
    from typing import Any

    from cafleet_core.storage.commits import Commits
    from cafleet_core.storage.registry import Statement
    from cafleet_core.storage.watch import Bell


class SqliteRegistry(Registry):
    """A registry in the SQLite file at an absolute path; `make` creates a missing file."""

    def __init__(self, path: str, *, make: bool = True) -> None:
        self.path = self.where = path
        self.url = f"sqlite:///{path}"
        self.folder = os.path.dirname(path)
        self._only_reads = False
        self._reopened = 0
        self._open(make)

    def _open(self, make: bool) -> None:
        opened = sqlite_file.connect(self.path, make=make)
        self._connection, self.opened_at, self._facts, self._frozen = opened
        self._durable: bool | None = None

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, parameters)
        except FAILURES as error:
            raise failure(self.path, error, self._frozen) from None

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except FAILURES as error:
            raise failure(self.path, error, self._frozen) from None

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        try:
            return self._connection.execute(sql, parameters).fetchone()
        except FAILURES as error:
            raise failure(self.path, error, self._frozen) from None

    def write(
        self,
        session_id: str | None = None,  # noqa: ARG002  # a file has one lock for all
        *,
        keep: bool = True,
        durable: bool = True,
    ) -> _Transaction:
        return _Transaction(self, keep, durable)

    def change(
        self,
        session_id: str | None,
        *statements: Statement,
        durable: bool = True,
        repeatable: bool = True,  # noqa: ARG002  # a file is never lost in a commit
    ) -> list[list[Any]]:
        if len(statements) > 1:
            with self.write(session_id, durable=durable):
                return [self.rows(*statement) for statement in statements]
        self.expect_durable(durable)
        ticket = write_queue.take(self.path)
        try:
            return [self.rows(*statement) for statement in statements]
        finally:
            write_queue.give_back(ticket)

    def change_at(
        self, session_id: str, statements: Callable[[str], Sequence[Statement]]
    ) -> list[list[Any]]:
        with self.write(session_id):
            return [self.rows(*statement) for statement in statements(clock.stamp())]

    def expect_durable(self, durable: bool) -> None:
        """From the next transaction on, have each commit wait for the disk, or not.

        Before the first one, have references checked: what only reads asks for neither.
        """
        if self._durable is None:
            self.execute("PRAGMA foreign_keys=ON")
        if durable != self._durable:
            self.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._durable = durable

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def refuse_writes(self) -> None:
        self._only_reads = True
        self.execute("PRAGMA query_only=ON")

    def data_version(self) -> int:
        now = self._expect_in_place()
        version = int(self.row("PRAGMA data_version")[0])
        if now.written != self._facts.written or (self._frozen and now.log_index):
            # others wrote the log back, or copied a file over it: cached pages may be old
            self._reopen()
            version = int(self.row("PRAGMA data_version")[0])
        return self._reopened << 32 | version

    def watch(
        self,
        bell: Bell | None = None,
        version: Callable[[], int] | None = None,
        topics: Collection[str] = (),  # noqa: ARG002  # a file tells of every commit
    ) -> Commits:
        from cafleet_core.storage.watch import Watch  # few wait

        return Watch(self.path, version or self.data_version, bell)

    def check_in_place(self) -> None:
        self._expect_in_place()

    def _expect_in_place(self) -> FileFacts:
        """The file's facts now; raises RegistryGone if it is not the file that was opened."""
        now = sqlite_file.facts(self.path)
        if now is None:
            raise sqlite_file.gone(self.path)
        if now.file != self._facts.file or self._has_lost_log(now):
            raise sqlite_file.replaced(self.path)
        if not now.size:
            raise RegistryGone(f"registry {self.path} was cut off: it is empty.")
        return now

    def _has_lost_log(self, now: FileFacts) -> bool:
        """Whether other processes use another log than this connection."""
        known = self._facts.log_index
        return known is not None and now.log_index != known

    def _reopen(self) -> None:
        self._connection.close()
        self._open(make=False)
        self._reopened += 1
        if self._only_reads:
            self.refuse_writes()

    def revision(self) -> int:
        return int(self.row("PRAGMA user_version")[0])

    def ours(self) -> bool:
        return int(self.row("PRAGMA application_id")[0]) == APPLICATION_ID

    def oldest_reader(self) -> int:
        if not self.has_table("revision"):
            return self.revision()
        row = self.row("SELECT oldest_reader FROM revision")
        return int(row[0]) if row else self.revision()

    def mark(self, revision: int, oldest_reader: int) -> None:
        self.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self.execute(f"PRAGMA user_version={revision}")
        self.execute("DELETE FROM revision")
        self.execute(
            "INSERT INTO revision (head, oldest_reader) VALUES (?, ?)",
            (revision, oldest_reader),
        )

    def upgrade(self, before: int) -> None:
        from cafleet_core.storage.migrations.steps import (
            STEPS,
        )  # most files are at head

        for apply in STEPS[before:]:
            apply(self)

    def empty(self) -> bool:
        return self.row("SELECT 1 FROM sqlite_master LIMIT 1") is None

    def has_table(self, name: str) -> bool:
        known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return self.row(known, (name,)) is not None

    def complaints(self, *, quick: bool = False) -> list[str]:
        check = "quick_check(1)" if quick else "integrity_check"
        complaints = [said for (said,) in self.rows(f"PRAGMA {check}") if said != "ok"]
        dangling = [] if quick else self.rows("PRAGMA foreign_key_check")
        return complaints + [
            f"{table} names a row of {parent} that is gone"
            for table, _, parent, _ in dangling
        ]

    def compact(self) -> None:
        self.execute("VACUUM")

    def copy_to(self, path: str) -> None:
        with reporting(path):
            sqlite_file.copy(self._connection, path)

    def close(self) -> None:
        try:
            self._expect_in_place()
        except RegistryGone:
            displaced.leave(self.path, self._facts.file, self._connection)
        else:
            self._connection.close()


class _Transaction:
    """See `Registry.write`."""

    __slots__ = ("_durable", "_keep", "_registry", "_ticket")

    def __init__(self, registry: SqliteRegistry, keep: bool, durable: bool) -> None:
        self._registry = registry
        self._keep = keep
        self._durable = durable
        self._ticket: int | None = None

    def __enter__(self) -> None:
        self._registry.expect_durable(self._durable)
        self._ticket = write_queue.take(self._registry.path)
        try:
            self._registry.execute("BEGIN IMMEDIATE")
        except BaseException:
            write_queue.give_back(self._ticket)
            raise

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        registry = self._registry
        try:
            if error is None:
                registry.execute("COMMIT" if self._keep else "ROLLBACK")
        finally:
            try:
                # a commit may fail; and a full disk makes SQLite roll back by itself
                if registry.in_transaction:
                    registry.execute("ROLLBACK")
            finally:
                write_queue.give_back(self._ticket)
