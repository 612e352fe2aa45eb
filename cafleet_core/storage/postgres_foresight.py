"""Reads that are sent along with others, because their answers will be wanted soon."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from cafleet_core.storage.registry import Registry, Statement

    Read = Callable[[Registry], object]
    Key = tuple[str, tuple[object, ...]]


class Foresight:
    """Reads to send with the next statement, and their answers until they are asked for."""

    def __init__(self) -> None:
        self._awaited: list[Key] = []
        self._along: Read | None = None
        self._answers: dict[Key, list[Any]] = {}

    def expect(self, reads: Iterable[Read]) -> None:
        """Ask what these reads will, with the next statement, or behind the next change."""
        self._awaited += filter(None, map(_first_statement, reads))

    def expect_after_changes(self, read: Read) -> None:
        """Ask what this read will, with each change."""
        self._along = read

    def take(self, sql: str, parameters: Sequence[object]) -> list[Any] | None:
        """The rows of a statement that was asked along, once; None where it was not."""
        if not self._answers:
            return None
        return self._answers.pop((sql, tuple(parameters)), None)

    def next_reads(self, sql: str, parameters: Sequence[object]) -> list[Key]:
        """The reads to send with a statement, without the statement itself."""
        awaited, self._awaited = dict.fromkeys(self._awaited), []
        awaited.pop((sql, tuple(parameters)), None)
        return list(awaited)

    def after_change(self) -> list[Key]:
        """The reads to send behind a change; answers from before it are forgotten."""
        awaited = [
            *self._awaited,
            *filter(None, [self._along and _first_statement(self._along)]),
        ]
        self.forget()
        return list(dict.fromkeys(awaited))

    def keep(self, asked: Iterable[Statement], rows: Iterable[list[Any]]) -> None:
        """Have the answers ready."""
        for (sql, parameters), answer in zip(asked, rows, strict=True):
            self._answers[sql, tuple(parameters)] = answer

    def forget(self) -> None:
        """Keep no answer: something is about to change."""
        self._awaited.clear()
        self._answers.clear()


class _Asked(Exception):
    """The statement that a read begins with."""

    def __init__(self, sql: str, parameters: Sequence[object]) -> None:
        super().__init__()
        self.key = sql, tuple(parameters)


class _Listener:
    """In a registry's place, learns what a read asks for."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        raise _Asked(sql, parameters)

    row = execute = rows


def _first_statement(read: Read) -> Key | None:
    try:
        read(_Listener())  # type: ignore[arg-type]  # a read reads, and nothing else
    except _Asked as asked:
        return asked.key
    return None
