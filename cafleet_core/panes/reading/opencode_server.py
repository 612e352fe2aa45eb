"""The HTTP server of an OpenCode in a pane, on loopback: where it is, and requests to it."""

from __future__ import annotations

import _socket  # `http.client` takes longer to import than most commands to be carried out
import re

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import process_tree
from cafleet_core.process import PROC

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_LOOPBACK = "127.0.0.1"
_LISTENS = ("0100007F", "0A")
"""An address and a state in /proc/net/tcp: 127.0.0.1 on a little-endian machine, LISTEN."""

_USER, _PASSWORD = "OPENCODE_SERVER_USERNAME", "OPENCODE_SERVER_PASSWORD"
_USUAL_USER = "opencode"
_PORT = re.compile(r"--port=(\d{1,5})")

_PATIENCE = 1.0
"""Seconds until a server that says nothing counts as silent; it answers in milliseconds."""

_LARGEST = 1 << 20
"""Bytes of an answer that are read."""


class Server(NamedTuple):
    """The server of one running OpenCode: its process, its port, and who may ask it."""

    pid: int
    port: int
    user: str
    password: str


class Answer(NamedTuple):
    """What a server answered: the status, 0 for none, and the JSON document, None for none."""

    status: int
    document: Any = None


def find(pane_pid: int, proc: str = PROC) -> Server | None:
    """The server of the OpenCode in a pane, by the pane's first process; None without one.

    It was given a port in its arguments, and listens there itself: no other program is
    ever told its password. That is read from its environment.
    """
    listening: dict[int, str] | None = None
    for pid in process_tree.family(pane_pid, proc):
        port = _port(process_tree.argv(pid, proc))
        if not port:
            continue
        listening = _listening(proc) if listening is None else listening
        if f"socket:[{listening.get(port)}]" in process_tree.open_files(pid, proc):
            environ = process_tree.environ(pid, proc)
            user = environ.get(_USER) or _USUAL_USER
            return Server(pid, port, user, environ.get(_PASSWORD, ""))
    return None


def connect(server: Server) -> _socket.socket | None:
    """A connection to a server; None where it takes none."""
    link = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    link.settimeout(_PATIENCE)
    try:
        link.connect((_LOOPBACK, server.port))
    except OSError:
        link.close()
        return None
    return link


def ask(server: Server, path: str, body: object = None) -> Answer:
    """Request a path, by POST with a body in JSON, else by GET; never raises."""
    link = connect(server)
    return Answer(0) if link is None else exchange(link, server, path, body)


def exchange(
    link: _socket.socket, server: Server, path: str, body: object = None
) -> Answer:
    """Send one request over a connection, read the answer, and close; never raises.

    Where no answer comes, the server may have carried it out all the same.
    """
    try:
        link.sendall(_request(server, path, body))
        return _answer(_received(link))
    except OSError:
        return Answer(0)
    finally:
        link.close()


def _request(server: Server, path: str, body: object) -> bytes:
    """A request of HTTP/1.0, whose answer comes in one piece and ends with the connection."""
    import json  # few ask a server

    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.0",
        f"Host: {_LOOPBACK}:{server.port}",
        f"Content-Type: application/json\r\nContent-Length: {len(content)}",
        *_credentials(server),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _credentials(server: Server) -> Sequence[str]:
    if not server.password:
        return ()
    from binascii import b2a_base64

    words = b2a_base64(f"{server.user}:{server.password}".encode(), newline=False)
    return (f"Authorization: Basic {words.decode()}",)


def _received(link: _socket.socket) -> bytes:
    parts: list[bytes] = []
    while sum(map(len, parts)) < _LARGEST and (part := link.recv(1 << 16)):
        parts.append(part)
    return b"".join(parts)


def _answer(text: bytes) -> Answer:
    import json

    head, _, content = text.partition(b"\r\n\r\n")
    words = head.split(maxsplit=2)
    if len(words) < 2 or not words[1].isdigit():
        return Answer(0)
    try:
        return Answer(int(words[1]), json.loads(content) if content else None)
    except (ValueError, RecursionError):
        return Answer(int(words[1]))


def _port(argv: Sequence[str]) -> int:
    """The port that a program was told to listen on; 0 for none."""
    for word, following in zip(argv, (*argv, "")[1:], strict=True):
        if word == "--port" and following.isdecimal():
            return int(following[:6])
        if given := _PORT.fullmatch(word):
            return int(given[1])
    return 0


def _listening(proc: str) -> dict[int, str]:
    """The sockets that listen on loopback in this process's network: inodes by port."""
    try:
        with open(f"{proc}/net/tcp", encoding="ascii", errors="replace") as file:
            rows = [line.split() for line in file]
    except OSError:
        return {}
    inodes = {}
    for row in rows[1:]:
        address, _, port = row[1].partition(":")
        if (address, row[3]) == _LISTENS:
            inodes[int(port, 16)] = row[9]
    return inodes
