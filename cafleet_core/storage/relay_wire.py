"""What a command and the host process say to each other: statements and rows, no rules.

A message is its length in four bytes, and a value as `marshal` writes it: that module is in the
interpreter, where any other form would cost a command more than its whole work. Both ends are
the same user's; that is checked before anything is read.
"""

from __future__ import annotations

import _socket
import marshal
import os
import sys

from cafleet_core.config import folders
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

PROTOCOL = 3
"""Another number is another language: then a command does without."""

_VERSION = 2
"""The version of `marshal`'s format that every Python reads."""

_GREETED_SECONDS = 1.0
"""A host process that does not greet by then is stopped, or has too much to do."""

_LENGTH_BYTES = 4
_MOST_BYTES = 256 << 20
_PEER_BYTES = 12


def path(url: str) -> str:
    """The socket of the host process that serves the registry at a URL."""
    return folders.host_socket(os.environ, url)


def is_ours(peer: _socket.socket) -> bool:
    """Whether a process of this user is at the other end; where the system tells no uid, the
    folder's mode has to do."""
    option = getattr(_socket, "SO_PEERCRED", None)
    if option is None:
        return True
    credentials = peer.getsockopt(_socket.SOL_SOCKET, option, _PEER_BYTES)
    return int.from_bytes(credentials[4:8], sys.byteorder) == os.geteuid()


def connected(path: str) -> _socket.socket | None:
    """A connection to the host process behind a socket; None where there is none of ours."""
    peer = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    peer.settimeout(_GREETED_SECONDS)
    try:
        peer.connect(path)
        if is_ours(peer):
            return peer
    except OSError:
        pass
    peer.close()
    return None


def greets(path: str) -> bool:
    """Whether the host process greets a new connection: it has not stopped."""
    peer = connected(path)
    if peer is None:
        return False
    try:
        peer.recv(1)
    except OSError:
        return False
    finally:
        peer.close()
    return True


def send(to: _socket.socket, message: Any) -> None:
    """Send one message."""
    data = marshal.dumps(message, _VERSION)
    to.sendall(len(data).to_bytes(_LENGTH_BYTES, "big") + data)


def receive(peer: _socket.socket) -> Any:
    """The next message; raises EOFError where the other end is gone."""
    size = int.from_bytes(_exactly(peer, _LENGTH_BYTES), "big")
    if size > _MOST_BYTES:
        raise EOFError
    return marshal.loads(_exactly(peer, size))  # noqa: S302  # see above: a process of this user


def plain(values: Iterable[object]) -> list[object]:
    """Parameters or columns in types that `marshal` knows."""
    return [_plain(value) for value in values]


def _plain(value: object) -> object:
    if value is None or type(value) in (str, int, float, bytes, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    number = float(value)  # type: ignore[arg-type]  # a sum, which a server gives as a decimal
    return int(number) if number.is_integer() else number


def _exactly(peer: _socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = peer.recv(min(size - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return data
