"""The registry in a PostgreSQL database: its transactions, its notices, its tables."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.config import folders, server_url
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import postgres_ddl, postgres_roles, postgres_upkeep
from cafleet_core.storage.postgres_foresight import Foresight
from cafleet_core.storage.postgres_link import Link
from cafleet_core.storage.postgres_search import PostgresSearch
from cafleet_core.storage.postgres_watch import PostgresWatch
from cafleet_core.storage.registry import NO_SESSION, Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import TracebackType
    from typing import Any

    from cafleet_core.storage.commits import Commits
    from cafleet_core.storage.postgres_statements import Answer
    from cafleet_core.storage.registry import Statement
    from cafleet_core.storage.watch import Bell

_ALL_SESSIONS = 0x63_66_6C_74
"""The advisory lock that writes of one session share, and those of no session hold alone."""

_SESSION_QUEUE = 0x63_66_6C_73
_SHARE = "SELECT pg_advisory_xact_lock_shared(?)"
_QUEUE = f"{_SHARE}, pg_advisory_xact_lock(?, hashtext(?))"
"""Writers of a session wait here, so that a commit wakes the next alone: all that wait for a
row itself are woken by each change of it, and look for its newest version anew."""

_OWN = "SELECT 1 FROM sessions WHERE session_id = ? FOR NO KEY UPDATE"

_TAKE = (
    "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || ?, 0)), pid,"
    " CAST(backend_start AS TEXT) FROM pg_stat_activity WHERE pid = pg_backend_pid()"
)
"""Takes a lock, if it is free, for the connection's server process: its id, and its start."""

_END = (
    "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
    " WHERE pid = ? AND backend_start = CAST(? AS timestamptz)"
)
"""Ends such a process, and waits for that; nothing where it has ended."""


class PostgresRegistry(Registry):
    """A registry in the database that a URL names, in the first schema of its search path."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.where = server_url.parse(url, "the registry's URL").where
        self.folder = folders.server_folder(self.where)
        self.search = PostgresSearch(self)
        self._foresight = Foresight()
        self._holder: list[object] | None = None
        self.link = Link(url, self.where)
        self.opened_at, self._oldest_reader = self.link.revision

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        return self.link.execute(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        known = self._foresight.take(sql, parameters)
        if known is not None:
            return known
        along = self._foresight.next_reads(sql, parameters)
        own, *others = self.link.flush([(sql, parameters), *along])
        self._foresight.keep(along, (answer.rows for answer in others))
        return own.rows

    def foresee(self, *reads: Callable[[Registry], object]) -> None:
        self._foresight.expect(reads)

    def foresee_after_changes(self, read: Callable[[Registry], object]) -> None:
        self._foresight.expect_after_changes(read)

    def write(
        self, session_id: str | None = None, *, keep: bool = True, durable: bool = True
    ) -> _Transaction:
        self._foresight.forget()
        return _Transaction(self.link, session_id, keep, durable)

    def change(
        self,
        session_id: str | None,
        *statements: Statement,
        durable: bool = True,
        repeatable: bool = True,
    ) -> list[list[Any]]:
        begin, along = _beginning(session_id, durable), self._foresight.after_change()
        group = [*begin, *statements, ("COMMIT", ()), *along]
        answers = self.link.flush(group, repeatable=repeatable)
        rows = [answer.rows for answer in answers[len(begin) :]]
        self._foresight.keep(along, rows[len(statements) + 1 :])
        return rows[: len(statements)]

    def change_at(
        self, session_id: str, statements: Callable[[str], Sequence[Statement]]
    ) -> list[list[Any]]:
        return self.change(session_id, *statements(clock.stamp()), repeatable=False)

    def may_write(self) -> bool:
        return postgres_roles.may_write(self)

    def refuse_writes(self) -> None:
        self.link.read_only()

    def data_version(self) -> int:
        self.link.listen()
        self.link.take_notices()
        return self.link.told

    def watch(
        self,
        bell: Bell | None = None,
        version: Callable[[], int] | None = None,
        topics: Collection[str] = (),
    ) -> Commits:
        self.link.hear(topics)
        return PostgresWatch(self.link, version or self.data_version, bell)

    def heard(self) -> set[str]:
        return self.link.notices.take()

    def take(self, name: str) -> bool:
        if self.link.is_pooled:
            raise RegistryError(
                f"registry {self.where} is reached through a pooler, which keeps no lock and"
                " passes no notices on: name the server itself."
            )
        taken, *backend = self.row(_TAKE, (name,))
        if not taken and self._holder:
            # the lock is this process's own: the server believes that its lost connection lives
            self.row(_END, self._holder)
            taken, *backend = self.row(_TAKE, (name,))
        self._holder = backend if taken else None
        return bool(taken)

    def check_in_place(self) -> None:
        pass  # a connection never leads to another database than the one it was opened to

    def revision(self) -> int:
        row = self.row("SELECT head FROM revision") if self.ours() else None
        return int(row[0]) if row else 0

    def ours(self) -> bool:
        return self.has_table("revision")

    def oldest_reader(self) -> int:
        return self._oldest_reader

    def mark(self, revision: int, oldest_reader: int) -> None:
        self.execute("DELETE FROM revision")
        self.execute(
            "INSERT INTO revision (head, oldest_reader) VALUES (?, ?)",
            (revision, oldest_reader),
        )

    def upgrade(self, before: int) -> None:
        [may] = self.row("SELECT has_schema_privilege(current_schema(), 'CREATE')")
        if may is False:  # NULL where this role is not let in at all
            raise RegistryError(
                f"registry {self.where} lacks tables, which this user may not make:"
                " its owner runs 'cafleet db init'."
            )
        postgres_ddl.upgrade(self, before)

    def empty(self) -> bool:
        known = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1"
        return self.row(known) is None

    def has_table(self, name: str) -> bool:
        return bool(self.row("SELECT to_regclass(?) IS NOT NULL", (name,))[0])

    def complaints(self, *, quick: bool = False) -> list[str]:
        return [] if quick else postgres_upkeep.dangling(self)

    def compact(self) -> None:
        self.execute("VACUUM")

    def copy_to(self, path: str) -> None:
        postgres_upkeep.dump(self, path)

    def take_in(self, source: Registry) -> dict[str, int]:
        from cafleet_core.storage import postgres_copy  # few move

        return postgres_copy.take_in(self, source)

    def make_roles(self) -> str:
        return postgres_roles.make(self)

    def grant(self, role: str, session_id: str, *, only_read: bool = False) -> None:
        postgres_roles.grant(self, role, session_id, only_read=only_read)

    def revoke(self, role: str, session_id: str) -> bool:
        return postgres_roles.revoke(self, role, session_id)

    def close(self) -> None:
        self.link.close()


class _Transaction:
    """See `Registry.write`."""

    __slots__ = ("_durable", "_keep", "_link", "_session_id")

    def __init__(
        self, link: Link, session_id: str | None, keep: bool, durable: bool
    ) -> None:
        self._link = link
        self._session_id = session_id
        self._keep = keep
        self._durable = durable

    def __enter__(self) -> None:
        numbered = ("SELECT CAST(pg_current_xact_id() AS TEXT)", ())
        self._link.begin([*_beginning(self._session_id, self._durable), numbered])

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if error is not None or not self._keep:
            self._link.roll_back()
        else:
            self._link.commit()


def _beginning(session_id: str | None, durable: bool) -> list[Statement]:
    """The statements that begin a transaction and lock one session, or all of them.

    A session's changes are numbered in its row: that is locked first, so that versions are
    given in the order of the commits, and no two transactions wait for each other.
    """
    begin: list[Statement] = [("BEGIN", ())]
    if not durable:
        begin.append(("SET LOCAL synchronous_commit = off", ()))
    if session_id is None:
        return [*begin, ("SELECT pg_advisory_xact_lock(?)", (_ALL_SESSIONS,))]
    if session_id == NO_SESSION:
        return [*begin, (_SHARE, (_ALL_SESSIONS,))]
    queue = (_QUEUE, (_ALL_SESSIONS, _SESSION_QUEUE, session_id))
    return [*begin, queue, (_OWN, (session_id,))]
