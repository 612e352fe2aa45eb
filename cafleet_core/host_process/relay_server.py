"""Serve this machine's commands over a private socket: statements in, rows out.

Each command has a thread, and of the connections to the server one for as long as a statement
or a transaction lasts. A command that goes away in a transaction has it rolled back.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager, suppress

from cafleet_core import clock, host
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import relay_wire as wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cafleet_core.broker.registry.commits import Bell
    from cafleet_core.broker.registry.open import Registry

_MOST_COMMANDS = 64
"""At once; one more has to connect by itself."""

_KEPT_CONNECTIONS = 8


class RelayServer:
    """The socket of a host process, and who is connected."""

    def __init__(self, registry: Registry, bell: Bell) -> None:
        """The bell rings when a command begins to wait."""
        self._registry = registry
        self._bell = bell
        self._url = registry.url
        self._idle: list[Registry] = []
        self._lock = threading.Lock()
        self._heard = threading.Condition()
        self._version = 0
        self._awaited: list[Sequence[str]] = []
        self._room = threading.Semaphore(_MOST_COMMANDS)
        self._path = wire.path(registry.url)
        self._socket = _listening(self._path)
        threading.Thread(target=self._accept, daemon=True).start()

    def tell(self) -> None:
        """Wake those that wait for commits."""
        with self._heard:
            self._version += 1
            self._heard.notify_all()

    def awaited(self) -> list[Sequence[str]]:
        """The topics of each command that waits for commits; none where it waits for all."""
        with self._heard:
            return list(self._awaited)

    def close(self) -> None:
        """Serve nobody more."""
        with suppress(OSError):
            os.unlink(self._path)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            if wire.is_ours(peer) and self._room.acquire(blocking=False):
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()
            else:
                peer.close()

    def _serve(self, peer: socket.socket) -> None:
        try:
            with peer, suppress(OSError, EOFError, ValueError, TypeError):
                wire.send(peer, self._greeting())
                while True:
                    self._answer(peer, wire.receive(peer))
        finally:
            self._room.release()

    def _greeting(self) -> tuple[object, ...]:
        known = self._registry
        return (
            *(wire.PROTOCOL, known.url, host.host_id(), known.where, known.folder),
            *(known.opened_at, clock.ahead()),
        )

    def _answer(self, peer: socket.socket, message: tuple[Any, ...]) -> None:
        verb, *arguments = message
        try:
            if verb == "wait":
                wire.send(peer, ("", self._wait(*arguments)))
            elif verb == "begin":
                self._transaction(peer, *arguments)
            else:
                with self._connection() as registry:
                    wire.send(peer, ("", _done(registry, verb, arguments)))
        except RegistryError as error:
            wire.send(peer, (type(error).__name__, error.message))

    def _wait(self, seconds: float, seen: int, topics: Sequence[str]) -> int:
        with self._heard:
            if self._version == seen and seconds:
                self._awaited.append(topics)
                self._bell.ring()
                self._heard.wait_for(lambda: self._version != seen, seconds)
                self._awaited.remove(topics)
            return self._version

    def _transaction(
        self, peer: socket.socket, session_id: str | None, durable: bool
    ) -> None:
        """Do what one client says until it commits, rolls back, or goes away."""
        with self._connection() as registry:
            with suppress(_RolledBack), registry.write(session_id, durable=durable):
                wire.send(peer, ("", None))
                while self._step(peer, registry):
                    pass
            wire.send(peer, ("", None))

    def _step(self, peer: socket.socket, registry: Registry) -> bool:
        verb, *arguments = wire.receive(peer)
        if verb == "commit":
            return False
        if verb == "roll_back":
            raise _RolledBack
        try:
            answer: tuple[str, object] = ("", _done(registry, verb, arguments))
        except RegistryError as error:
            answer = (type(error).__name__, error.message)
        wire.send(peer, answer)
        return True

    @contextmanager
    def _connection(self) -> Iterator[Registry]:
        """A connection for one use; one that has failed is not kept."""
        with self._lock:
            registry = self._idle.pop() if self._idle else None
        registry = registry or open_registry(self._url, relayed=False)
        try:
            yield registry
        except BaseException:
            registry.close()
            raise
        with self._lock:
            if len(self._idle) < _KEPT_CONNECTIONS:
                self._idle.append(registry)
                return
        registry.close()


class _RolledBack(Exception):
    """A client takes its transaction back."""


def _done(registry: Registry, verb: str, arguments: Sequence[Any]) -> object:
    if verb == "change":
        session_id, statements, durable, repeatable = arguments
        changed = registry.change(
            session_id, *statements, durable=durable, repeatable=repeatable
        )
        return [[tuple(wire.plain(row)) for row in rows] for rows in changed]
    if verb != "run":
        raise RegistryError(f"the host process knows no '{verb}'.")
    sql, parameters = arguments
    cursor = registry.execute(sql, parameters)
    return [tuple(wire.plain(row)) for row in cursor], cursor.rowcount


def _listening(path: str) -> socket.socket:
    """The socket, for this user alone; one that a process left that has died is replaced."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    new = f"{path}.{os.getpid()}"
    with suppress(FileNotFoundError):
        os.unlink(new)
    listening.bind(new)
    os.chmod(new, 0o600)
    listening.listen(_MOST_COMMANDS)
    os.rename(new, path)
    return listening
