"""A registry on a server, reached through this machine's host process.

A command needs neither the driver nor a connection of its own then: both cost more than all
else that it does.
"""

from __future__ import annotations

import _socket
import time

from cafleet_core import clock
from cafleet_core.errors import CommitUnknown, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import relay_wire as wire
from cafleet_core.storage.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from types import TracebackType
    from typing import Any

    from cafleet_core.storage.commits import Commits
    from cafleet_core.storage.postgres_search import PostgresSearch
    from cafleet_core.storage.registry import Statement
    from cafleet_core.storage.watch import Bell

_ANSWERED_SECONDS = 15.0
"""Longer than any lock is waited for at the server."""

_SILENT_SECONDS = 2.5
"""Seconds without an answer after which the host process must greet, or counts as stopped."""


def connect(url: str) -> RelayRegistry | None:
    """The registry at a URL by way of the host process; None where there is none to rely on."""
    peer = wire.connected(wire.path(url))
    if peer is None:
        return None
    try:
        greeting = wire.receive(peer)
    except (OSError, EOFError, ValueError, TypeError):
        greeting = ()  # it has just ended, or is none of ours
    if greeting[:2] != (wire.PROTOCOL, url):
        peer.close()
        return None
    *_, where, folder, revision, ahead = greeting
    _follow(ahead)
    return RelayRegistry(peer, url, where, folder, revision)


def _follow(ahead: float) -> None:
    """Have the server's time, which the host process has asked for."""
    if ahead:
        now = clock.here()
        clock.follow(clock.plus(now, ahead), now, now)


class _Result:
    """What a statement has returned."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)


class RelayRegistry(Registry):
    """See `connect`. What is rare goes by a connection of its own."""

    attended = True

    def __init__(
        self, peer: _socket.socket, url: str, where: str, folder: str, revision: int
    ) -> None:
        self.url = url
        self.where = where
        self.folder = folder
        self.opened_at = revision
        self._peer = peer
        self._only_reads = False
        self._own: Registry | None = None

    @property
    def search(self) -> PostgresSearch:  # type: ignore[override]  # nobody sets it
        """See `Registry`; made when a message is stored or looked for."""
        from cafleet_core.storage.postgres_search import PostgresSearch

        return PostgresSearch(self)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> _Result:
        return _Result(*self.ask("run", sql, wire.plain(parameters)))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        rows: list[Any] = self.ask("run", sql, wire.plain(parameters))[0]
        return rows

    def write(
        self, session_id: str | None = None, *, keep: bool = True, durable: bool = True
    ) -> _Transaction:
        self._expect_writes()
        return _Transaction(self, session_id, keep, durable)

    def change(
        self,
        session_id: str | None,
        *statements: Statement,
        durable: bool = True,
        repeatable: bool = True,
    ) -> list[list[Any]]:
        self._expect_writes()
        plain = [(sql, wire.plain(parameters)) for sql, parameters in statements]
        rows: list[list[Any]] = self.ask(
            "change", session_id, plain, durable, repeatable
        )
        return rows

    def change_at(
        self, session_id: str, statements: Callable[[str], Sequence[Statement]]
    ) -> list[list[Any]]:
        return self.change(session_id, *statements(clock.stamp()), repeatable=False)

    def ask(self, verb: str, *arguments: object) -> Any:
        """The host process's answer to a call; raises RegistryError with the server's words."""
        self._peer.settimeout(_SILENT_SECONDS)
        try:
            wire.send(self._peer, (verb, *arguments))
            self._await_answer()
            refused, answer = wire.receive(self._peer)
        except (OSError, EOFError, ValueError, TypeError):
            kind = CommitUnknown if verb in ("change", "commit") else RegistryError
            raise kind(
                f"registry {self.where}: the host process has ended, or is silent."
            ) from None
        if refused:
            kind = CommitUnknown if refused == CommitUnknown.__name__ else RegistryError
            raise kind(str(answer))
        return answer

    def _await_answer(self) -> None:
        """Raise TimeoutError where none comes, or the host process has stopped meanwhile."""
        deadline = time.monotonic() + _ANSWERED_SECONDS
        while True:
            try:
                self._peer.recv(1, _socket.MSG_PEEK)
            except TimeoutError:
                if time.monotonic() > deadline or not wire.greets(wire.path(self.url)):
                    raise
            else:
                return

    def refuse_writes(self) -> None:
        self._only_reads = True

    def _expect_writes(self) -> None:
        if self._only_reads:
            raise RegistryError(f"registry {self.where} is read-only.")

    def data_version(self) -> int:
        return int(self.ask("wait", 0.0, -1))

    def watch(
        self,
        bell: Bell | None = None,
        version: Callable[[], int] | None = None,
        topics: Collection[str] = (),
    ) -> Commits:
        if bell is None and version is None:
            from cafleet_core.storage.relay_watch import RelayWatch  # only to wait

            return RelayWatch(self)
        return self._directly().watch(bell, version, topics)

    def _directly(self) -> Registry:
        if self._own is None:
            from cafleet_core.storage.postgres import PostgresRegistry

            self._own = PostgresRegistry(self.url)
        return self._own

    def check_in_place(self) -> None:
        pass  # the host process never leads to another database

    def revision(self) -> int:
        return self._directly().revision()

    def ours(self) -> bool:
        return self._directly().ours()

    def oldest_reader(self) -> int:
        return self._directly().oldest_reader()

    def mark(self, revision: int, oldest_reader: int) -> None:
        self._directly().mark(revision, oldest_reader)

    def upgrade(self, before: int) -> None:
        self._directly().upgrade(before)

    def empty(self) -> bool:
        return self._directly().empty()

    def has_table(self, name: str) -> bool:
        return self._directly().has_table(name)

    def complaints(self, *, quick: bool = False) -> list[str]:
        return self._directly().complaints(quick=quick)

    def compact(self) -> None:
        self._directly().compact()

    def copy_to(self, path: str) -> None:
        self._directly().copy_to(path)

    def close(self) -> None:
        self._peer.close()
        if self._own is not None:
            self._own.close()


class _Transaction:
    """See `Registry.write`."""

    __slots__ = ("_durable", "_keep", "_registry", "_session_id")

    def __init__(
        self,
        registry: RelayRegistry,
        session_id: str | None,
        keep: bool,
        durable: bool,
    ) -> None:
        self._registry = registry
        self._session_id = session_id
        self._keep = keep
        self._durable = durable

    def __enter__(self) -> None:
        self._registry.ask("begin", self._session_id, self._durable)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if error is None and self._keep:
            self._registry.ask("commit")
            return
        try:
            self._registry.ask("roll_back")
        except RegistryError:
            if error is None:
                raise
