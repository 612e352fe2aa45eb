"""The registry's interface, whatever engine is behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Any, Protocol

    from peewee import BaseQuery

    class Cursor(Protocol):
        """The result of a statement."""

        @property
        def rowcount(self) -> int: ...

        @property
        def lastrowid(self) -> int | None: ...

        def __iter__(self) -> Iterator[Any]: ...


HEAD = 7
"""The revision that this program reads and writes: how many migrations there are."""


class Registry(ABC):
    """An open registry; belongs to the thread that opened it.

    Reads see the last commit. Writes happen inside `write()` alone. Every failure of
    the file or the engine is a RegistryError that quotes no SQL and no data.
    """

    path: str
    opened_at: int
    """The schema revision when it was opened; 0 if the file is not marked as a registry."""

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Cursor:
        """Run one statement with bound `parameters`."""

    @abstractmethod
    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Every row of one statement, as tuples."""

    @abstractmethod
    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first row of one statement as a tuple, or None."""

    def fetch(self, query: BaseQuery) -> list[Any]:
        """Every row of a peewee query, as tuples in the order of its columns."""
        return self.rows(*query.sql())

    def run(self, query: BaseQuery) -> int:
        """Run a peewee insert, update or delete, and return the number of rows touched."""
        return self.execute(*query.sql()).rowcount

    @abstractmethod
    def write(
        self, *, keep: bool = True, durable: bool = True
    ) -> AbstractContextManager[None]:
        """A transaction that holds the write lock from its first statement on.

        Committed on leaving; rolled back on an exception, if the commit fails, and without
        `keep`. Keep it short and never block inside: other processes wait. Without
        `durable` the commit does not wait for the disk: it may be lost with the machine's
        power, never with a process.
        """

    @abstractmethod
    def change(
        self, sql: str, parameters: Sequence[object] = (), *, durable: bool = True
    ) -> list[Any]:
        """Run one writing statement as a transaction of its own, and return its rows."""

    @abstractmethod
    def refuse_writes(self) -> None:
        """Make every later write through this registry a RegistryError."""

    @abstractmethod
    def data_version(self) -> int:
        """A number that changes when another connection has committed.

        Raises RegistryGone as `check_in_place` does.
        """

    @abstractmethod
    def check_in_place(self) -> None:
        """Raise RegistryGone if the path no longer leads to the open file.

        A file that was removed, replaced or emptied is read and written by nobody else.
        """

    @abstractmethod
    def revision(self) -> int:
        """The schema revision, 0 for an empty file."""

    @abstractmethod
    def ours(self) -> bool:
        """Whether the file is marked as a cafleet registry."""

    @abstractmethod
    def mark(self, revision: int) -> None:
        """Mark the file as a cafleet registry of this revision, in the surrounding transaction."""

    @abstractmethod
    def empty(self) -> bool:
        """Whether the file holds no table."""

    @abstractmethod
    def copy_to(self, path: str) -> None:
        """Copy the registry into the file at `path`, as of one moment, even while others write."""

    @abstractmethod
    def close(self) -> None:
        """Close the file; the registry cannot be used afterwards."""
