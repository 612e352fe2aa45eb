"""A socket of our own, for as long as one message is handed over, to hear what becomes of it."""

from __future__ import annotations

import os
import socket
import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import foreign_files
from cafleet_core.push.native_inbox.unix_socket import PATIENCE

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_FOLDER = "/tmp"  # noqa: S108  # a folder in it that is this user's alone; paths must be short
_LARGEST = 1 << 16


class ReceiptSocket:
    """It listens while it is entered; `path` is its own, empty where none could be made."""

    def __init__(self) -> None:
        self.path = ""
        self._folder = os.path.join(_FOLDER, f"cafleet-{os.urandom(4).hex()}")
        self._socket = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Self:
        path = os.path.join(self._folder, "s")
        try:
            os.mkdir(self._folder, 0o700)
            self._socket.bind(path)
            self._socket.listen()
            self.path = path
        except OSError:
            pass
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()
        for remove, path in ((os.unlink, self.path), (os.rmdir, self._folder)):
            try:
                remove(path)
            except OSError:
                pass

    def status_of(self, number: str) -> str:
        """The status that is reported of the message with this id; empty if none comes in time."""
        if not self.path:
            return ""
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                lines = self._received().split(b"\n")
            except OSError:
                return ""
            for report in map(foreign_files.parsed, lines):
                if report.get("origMsgId") == number:
                    return str(report.get("status") or "")
        return ""

    def _received(self) -> bytes:
        """What the next connection brings; raises OSError if none comes."""
        link, _ = self._socket.accept()
        link.settimeout(PATIENCE)
        parts: list[bytes] = []
        try:
            while sum(map(len, parts)) < _LARGEST and (part := link.recv(1 << 12)):
                parts.append(part)
        finally:
            link.close()
        return b"".join(parts)
