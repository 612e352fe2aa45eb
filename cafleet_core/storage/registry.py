"""The registry as all others see it, whatever engine keeps it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Any, Protocol

    from peewee import BaseQuery

    class Cursor(Protocol):
        """What a statement leaves."""

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
    """The schema revision when it was opened; 0 for what is not marked as a registry."""

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
        """Run a peewee insert, update or delete; how many rows it touched."""
        return self.execute(*query.sql()).rowcount

    @abstractmethod
    def write(
        self, *, keep: bool = True, durable: bool = True
    ) -> AbstractContextManager[None]:
        """A transaction that holds the write lock from its first statement on.

        Committed on leaving; rolled back on an exception, where the commit fails, and where
        it is not to `keep`. Make it short, and do nothing inside that can block: other
        processes wait. One that is not `durable` does not wait for the disk: it may be lost
        where the machine loses its power, never where a process dies.
        """

    @abstractmethod
    def change(
        self, sql: str, parameters: Sequence[object] = (), *, durable: bool = True
    ) -> list[Any]:
        """Run one statement that writes as a transaction of its own; the rows it returns."""

    @abstractmethod
    def refuse_writes(self) -> None:
        """From now on a write through this registry is a RegistryError."""

    @abstractmethod
    def data_version(self) -> int:
        """A number that moves when another connection has committed.

        Raises RegistryGone as `check_in_place` does.
        """

    @abstractmethod
    def check_in_place(self) -> None:
        """Raise RegistryGone where the path no longer leads to the file that is open.

        It was removed, replaced, or emptied: what is read and written here, nobody else sees.
        """

    @abstractmethod
    def revision(self) -> int:
        """The schema revision, 0 for an empty file."""

    @abstractmethod
    def ours(self) -> bool:
        """Whether it is marked as a cafleet registry."""

    @abstractmethod
    def mark(self, revision: int) -> None:
        """Mark it as a cafleet registry of this revision; part of the transaction around."""

    @abstractmethod
    def empty(self) -> bool:
        """Whether it holds no table at all."""

    @abstractmethod
    def copy_to(self, path: str) -> None:
        """Copy all of it into the file at `path`, consistent although others write."""

    @abstractmethod
    def close(self) -> None:
        """Give the file back; the registry cannot be used afterwards."""
