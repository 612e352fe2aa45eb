"""A way to a server that delays, falls silent and breaks, and counts how often it is gone."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

_CHUNK = 65536
_SYNC = b"S\0\0\0\4"
"""With what a PostgreSQL client ends what it asks, and waits; else it asks with a `Q`."""


class Proxy:
    """Passes what clients of a port of loopback say on to a unix socket, and the answers back."""

    def __init__(self, target: Path) -> None:
        self._target = str(target)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.delay = 0.0
        """Seconds that a chunk is on its way, in each direction."""
        self.round_trips = 0
        """How often a client has asked and waited, since this was set; not to connect."""
        self._open = threading.Event()
        self._open.set()
        self._links: list[tuple[socket.socket, socket.socket]] = []
        self._deserted: set[socket.socket] = set()
        self._cut_at = b""
        self._forwards = False
        self._counting = threading.Lock()
        self._cut_in = 0
        self._arriving = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End it with all that goes through it."""
        self._open.set()
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection."""
        for end in (*self._let_go(), *self._deserted):
            _break(end)

    def desert(self) -> None:
        """Break every connection, and let the server believe that its clients are there."""
        ends = self._let_go()
        self._deserted.update(ends[1::2])
        for client in ends[::2]:
            _break(client)

    def cut_after(self, chunks: int, arriving: float) -> None:
        """Break the connection with the so manieth chunk from now on, in either direction.

        That share of its bytes still arrives. 0 chunks break none.
        """
        self._arriving, self._cut_in = arriving, chunks

    def cut_at(self, words: bytes, *, arrive: bool) -> None:
        """Break the next connection that says these words, which still `arrive`, or do not."""
        self._cut_at, self._forwards = words, arrive

    def accept_no_more(self) -> None:
        """Refuse every new connection."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def fall_silent(self) -> None:
        """Pass nothing on; connections stay open, and new ones are accepted."""
        self._open.clear()

    def speak_again(self) -> None:
        """Pass on what has come meanwhile, and what comes."""
        self._open.set()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self._target)
            except OSError:
                client.close()
                server.close()
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._links.append((client, server))
            for pair in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(
        self,
        source: socket.socket,
        target: socket.socket,
        asks: bool,
    ) -> None:
        while chunk := _read(source):
            self._open.wait()
            if asks:
                self.round_trips += chunk.count(_SYNC) + chunk.startswith(b"Q")
            if self.delay:
                time.sleep(self.delay)
            if asks and self._cut_at and self._cut_at in chunk:
                self._break_at_words(chunk, source, target)
                return
            if self._is_the_last():
                _write(target, chunk[: round(len(chunk) * self._arriving)])
                break
            if not _write(target, chunk):
                break
        for end in (source, target):
            if end not in self._deserted:
                _break(end)

    def _is_the_last(self) -> bool:
        """Whether a connection is to be broken with the chunk that is on its way."""
        with self._counting:
            if not self._cut_in:
                return False
            self._cut_in -= 1
            return not self._cut_in

    def _let_go(self) -> list[socket.socket]:
        """Both ends of every connection, which is none any more: client, server and so on."""
        links, self._links = self._links, []
        return [end for link in links for end in link]

    def _break_at_words(
        self, chunk: bytes, client: socket.socket, server: socket.socket
    ) -> None:
        self._cut_at = b""
        _break(client)
        if self._forwards:
            _write(server, chunk)
            time.sleep(0.3)  # until the server has done as it was told
        _break(server)


def _read(source: socket.socket) -> bytes:
    try:
        return source.recv(_CHUNK)
    except OSError:
        return b""


def _write(target: socket.socket, chunk: bytes) -> bool:
    try:
        target.sendall(chunk)
    except OSError:
        return False
    return True


def _break(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()
