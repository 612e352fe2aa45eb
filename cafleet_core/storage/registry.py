"""The registry's interface, whatever engine is behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.notices import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Any, Protocol

    from peewee import BaseQuery

    from cafleet_core.storage.commits import Commits
    from cafleet_core.storage.postgres_search import PostgresSearch
    from cafleet_core.storage.watch import Bell

    Statement = tuple[str, Sequence[object]]
    """SQL, and the parameters of its marks."""

    class Cursor(Protocol):
        """The result of a statement."""

        @property
        def rowcount(self) -> int: ...

        def __iter__(self) -> Iterator[Any]: ...


HEAD = 24
"""The revision that this program reads and writes: how many migrations there are."""


_NO_ROLES = "registry {where} is a file: whoever may read it sees all of it."

NO_SESSION = ""
"""For a write that belongs to no session, and waits for those of none: each statement guards
itself."""


class Registry(ABC):
    """An open registry; belongs to the thread that opened it.

    Statements are in the SQL that SQLite and PostgreSQL share, with `?` for parameters.
    Reads see the last commit. Writes happen inside `write()` alone. Every failure of
    the file or the engine is a RegistryError that quotes no SQL and no data.
    """

    url: str
    """The URL with which another process opens the same registry; without a secret."""
    where: str
    """Its name in messages."""
    folder: str
    """The folder of this machine's own files that belong to it."""
    search: PostgresSearch | None = None
    """The engine's own index of words, where it is not the one of `search`."""
    attended = False
    """Whether the host process of this machine is there, and types what is owed."""
    opened_at: int
    """The schema revision when it was opened; 0 if the file is not marked as a registry."""

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Cursor:
        """Run one statement with bound `parameters`."""

    @abstractmethod
    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Every row of one statement, as tuples."""

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first row of one statement as a tuple, or None."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    def fetch(self, query: BaseQuery) -> list[Any]:
        """Every row of a peewee query, as tuples in the order of its columns."""
        return self.rows(*query.sql())

    def run(self, query: BaseQuery) -> int:
        """Run a peewee insert, update or delete, and return the number of rows touched."""
        return self.execute(*query.sql()).rowcount

    @abstractmethod
    def write(
        self,
        session_id: str | None = None,
        *,
        keep: bool = True,
        durable: bool = True,
    ) -> AbstractContextManager[None]:
        """A transaction that holds the write lock from its first statement on.

        The lock of one session, where all that is written belongs to `session_id`; an
        engine may let other sessions write meanwhile; NO_SESSION keeps no session from it.
        Else that of the whole registry.
        Committed on leaving; rolled back on an exception, where the commit fails, and where
        it is not to `keep`. Make it short, and do nothing inside that can block: other
        processes wait. One that is not `durable` does not wait for the disk: it may be lost
        where the machine loses its power, never where a process dies.
        """

    @abstractmethod
    def change(
        self,
        session_id: str | None,
        *statements: Statement,
        durable: bool = True,
        repeatable: bool = True,
    ) -> list[list[Any]]:
        """Run statements as one transaction, see `write`; the rows that each returns.

        Of one statement no other is needed around it, and none waits for an answer. Where
        the connection was lost meanwhile, `repeatable` ones are run again; else that is a
        CommitUnknown.
        """

    @abstractmethod
    def change_at(
        self, session_id: str, statements: Callable[[str], Sequence[Statement]]
    ) -> list[list[Any]]:
        """Run the statements for the stamp of now as one transaction; the rows of each.

        A file is locked before the time is taken: its times grow as its commits do. Raises
        CommitUnknown where the connection was lost meanwhile.
        """

    def foresee(self, *reads: Callable[[Registry], object]) -> None:  # noqa: B027  # a file is near
        """Tell of reads that will follow: a server is asked for all of them with what comes next.

        Each is called with what learns its first statement, and takes the answer when it is
        called again. Where a `change` comes next, the answer is from after it; no answer
        outlives the next one.
        """

    def foresee_after_changes(self, read: Callable[[Registry], object]) -> None:  # noqa: B027
        """Tell of a read that will follow the last change: a server is asked with each."""

    def may_write(self) -> bool:
        """Whether the server lets this role change what it sees; what a file allows, it tells."""
        return True

    @abstractmethod
    def refuse_writes(self) -> None:
        """Make every later write through this registry a RegistryError."""

    @abstractmethod
    def data_version(self) -> int:
        """A number that changes when another connection has committed.

        Raises RegistryGone as `check_in_place` does.
        """

    @abstractmethod
    def watch(
        self,
        bell: Bell | None = None,
        version: Callable[[], int] | None = None,
        topics: Collection[str] = (),
    ) -> Commits:
        """A watch that tells of others' commits from now on, by `version`, else `data_version`.

        With `topics` it may leave out commits that concern none of them: see `notices`.
        """

    def heard(self) -> set[str]:
        """The topics of the commits that a watch has told of since: see `notices`."""
        return {ANYTHING}

    def take(self, name: str) -> bool:  # noqa: ARG002  # see the message
        """Hold a lock of this name until it is closed; False while another process does.

        Raises RegistryError for a file, which all that use it reach without help.
        """
        raise RegistryError(
            f"registry {self.where} is a file: it needs no host process."
        )

    @abstractmethod
    def check_in_place(self) -> None:
        """Raise RegistryGone where `where` no longer leads to what is open.

        A file that was removed, replaced or emptied is read and written by nobody else.
        """

    @abstractmethod
    def revision(self) -> int:
        """The schema revision, 0 for an empty file."""

    @abstractmethod
    def ours(self) -> bool:
        """Whether the file is marked as a cafleet registry."""

    @abstractmethod
    def oldest_reader(self) -> int:
        """The lowest revision whose programs may use a registry of this one."""

    @abstractmethod
    def mark(self, revision: int, oldest_reader: int) -> None:
        """Mark it as a cafleet registry of this revision, in the surrounding transaction.

        Programs of a lower one may use it from `oldest_reader` on.
        """

    @abstractmethod
    def upgrade(self, before: int) -> None:
        """Bring the tables from a revision to head; part of the transaction around."""

    @abstractmethod
    def empty(self) -> bool:
        """Whether the file holds no table."""

    @abstractmethod
    def has_table(self, name: str) -> bool:
        """Whether it holds a table of this name."""

    @abstractmethod
    def complaints(self, *, quick: bool = False) -> list[str]:
        """The engine's complaints about its own files, a line each; only the first if `quick`."""

    @abstractmethod
    def compact(self) -> None:
        """Give the space of removed rows back to the disk; not inside a transaction."""

    @abstractmethod
    def copy_to(self, path: str) -> None:
        """Copy the registry into the file at `path`, as of one moment, even while others write."""

    def take_in(self, source: Registry) -> dict[str, int]:  # noqa: ARG002  # see the message
        """Copy all of another registry into this empty one, inside a transaction; row counts."""
        raise RegistryError(f"registry {self.where} is a file: copy the other to it.")

    def make_roles(self) -> str:
        """Make the roles that a server knows people by; what is left for its administrator."""
        return ""

    def grant(
        self,
        role: str,  # noqa: ARG002  # see the message
        session_id: str,  # noqa: ARG002
        *,
        only_read: bool = False,  # noqa: ARG002
    ) -> None:
        """Let a server's role see a session, and take part in it unless it is to `only_read`.

        Raises RegistryError for a file, or no such role.
        """
        raise RegistryError(_NO_ROLES.format(where=self.where))

    def revoke(self, role: str, session_id: str) -> bool:  # noqa: ARG002  # see the message
        """Take a session from a server's role again; whether it had it."""
        raise RegistryError(_NO_ROLES.format(where=self.where))

    @abstractmethod
    def close(self) -> None:
        """Close the file; the registry cannot be used afterwards."""
