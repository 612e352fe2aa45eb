"""A registry on a server, reached through this machine's host process.

A command needs neither the driver nor a connection of its own then: both cost more than all
else that it does.
"""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import relay_wire as wire
from cafleet_core.storage.registry import Registry
from cafleet_core.storage.relay_line import HostProcessEnded, Line

if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable, Collection, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Any

    from cafleet_core.storage.commits import Commits
    from cafleet_core.storage.postgres_search import PostgresSearch
    from cafleet_core.storage.registry import Cursor, Statement
    from cafleet_core.storage.watch import Bell


def connect(url: str) -> RelayRegistry | None:
    """The registry at a URL by way of the host process; None where there is none to rely on."""
    peer = wire.connected(wire.path(url))
    if peer is None:
        return None
    try:
        greeting = wire.receive(peer)
    except (OSError, EOFError, ValueError, TypeError):
        greeting = ()  # it has just ended, or is none of ours
    if greeting[:3] != (wire.PROTOCOL, url, host.host_id()):
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
    """See `connect`. What is rare goes by a connection of its own.

    So does all that comes after the host process has ended, but for the transaction that ends
    with it.
    """

    def __init__(
        self, peer: _socket.socket, url: str, where: str, folder: str, revision: int
    ) -> None:
        self.url = url
        self.where = where
        self.folder = folder
        self.opened_at = revision
        self.line = Line(peer, url, where)
        self._only_reads = False
        self.in_transaction = False
        self._own: Registry | None = None

    @property
    def attended(self) -> bool:  # type: ignore[override]  # nobody sets it
        """See `Registry`."""
        return not self.line.has_ended

    @property
    def search(self) -> PostgresSearch:  # type: ignore[override]  # nobody sets it
        """See `Registry`; made when a message is stored or looked for."""
        from cafleet_core.storage.postgres_search import PostgresSearch

        return PostgresSearch(self)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Cursor:
        return self._run(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        return list(self._run(sql, parameters))

    def _run(self, sql: str, parameters: Sequence[object]) -> Cursor:
        if not self.line.has_ended or self.in_transaction:
            try:
                return _Result(*self.ask("run", sql, wire.plain(parameters)))
            except HostProcessEnded:
                if self.in_transaction:
                    raise
        return self._directly().execute(sql, parameters)

    def write(
        self, session_id: str | None = None, *, keep: bool = True, durable: bool = True
    ) -> AbstractContextManager[None]:
        self._expect_writes()
        if self.line.has_ended:
            return self._directly().write(session_id, keep=keep, durable=durable)
        return _Transaction(self, session_id, keep, durable)

    def change(
        self,
        session_id: str | None,
        *statements: Statement,
        durable: bool = True,
        repeatable: bool = True,
    ) -> list[list[Any]]:
        self._expect_writes()
        options = {"durable": durable, "repeatable": repeatable}
        if not self.line.has_ended:
            plain = [(sql, wire.plain(parameters)) for sql, parameters in statements]
            try:
                rows: list[list[Any]] = self.ask(
                    "change", session_id, plain, durable, repeatable
                )
            except HostProcessEnded:
                if not repeatable:
                    raise self.line.unknown() from None
            else:
                return rows
        return self._directly().change(session_id, *statements, **options)

    def change_at(
        self, session_id: str, statements: Callable[[str], Sequence[Statement]]
    ) -> list[list[Any]]:
        return self.change(session_id, *statements(clock.stamp()), repeatable=False)

    def ask(self, verb: str, *arguments: object) -> Any:
        """See `Line.ask`."""
        return self.line.ask(verb, *arguments)

    def may_write(self) -> bool:
        from cafleet_core.storage import postgres_roles  # only who runs long asks

        return postgres_roles.may_write(self)

    def refuse_writes(self) -> None:
        self._only_reads = True

    def _expect_writes(self) -> None:
        if self._only_reads:
            raise RegistryError(f"registry {self.where} is read-only.")

    def data_version(self) -> int:
        return int(self.ask("wait", 0.0, -1, ()))

    def watch(
        self,
        bell: Bell | None = None,
        version: Callable[[], int] | None = None,
        topics: Collection[str] = (),
    ) -> Commits:
        if bell is None and version is None and not self.line.has_ended:
            from cafleet_core.storage.relay_watch import RelayWatch  # only to wait

            try:
                return RelayWatch(self, topics)
            except HostProcessEnded:
                pass
        return self._directly().watch(bell, version, topics)

    def _directly(self) -> Registry:
        if self._own is None:
            try:
                from cafleet_core.storage.postgres import PostgresRegistry
            except ImportError:
                raise RegistryError(
                    f"registry {self.where}: the host process has ended, and there is no"
                    " driver to go on without it: install 'cafleet[postgres]'."
                ) from None
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

    def grant(self, role: str, session_id: str, *, only_read: bool = False) -> None:
        self._directly().grant(role, session_id, only_read=only_read)

    def revoke(self, role: str, session_id: str) -> bool:
        return self._directly().revoke(role, session_id)

    def close(self) -> None:
        self.line.close()
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
        self._registry.in_transaction = True

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self._registry.in_transaction = False
        if error is None and self._keep:
            try:
                self._registry.ask("commit")
            except HostProcessEnded:
                raise self._registry.line.unknown() from None
            return
        try:
            self._registry.ask("roll_back")
        except RegistryError:
            if error is None:
                raise
