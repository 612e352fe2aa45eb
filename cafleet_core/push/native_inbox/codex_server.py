"""A server of Codex's own program, on pipes, for a request or two: it changes Codex's queue."""

from __future__ import annotations

import os
import select
import subprocess
import time

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import foreign_files, process_tree
from cafleet_core.process import PROC

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO, Any, Self

_ARGV = ("-c", "features.daemon_auto_start=false", "app-server")
_PASSED_ON = frozenset(("HOME", "CODEX_HOME", "PATH", "LANG"))
"""Variables of the agent's that its server is started with, too."""

_CLIENT = {
    "clientInfo": {"name": "cafleet", "version": "0"},
    "capabilities": {"experimentalApi": True},
}

_PATIENCE = 3.0
"""Seconds until a server that says nothing counts as silent; it answers within 0.3."""

_ENDS_WITHIN = 0.5


class CodexServer:
    """A server that runs until it is closed. Messages are in no argument that others could read."""

    def __init__(
        self, process: subprocess.Popen[bytes], asks: IO[bytes], says: IO[bytes]
    ) -> None:
        self._process = process
        self._asks, self._says = asks, says
        self._read = b""
        self._number = 0

    @classmethod
    def start(cls, pid: int, proc: str = PROC) -> Self | None:
        """Start a server of the very program that a process runs; None if that fails."""
        environ = process_tree.environ(pid, proc)
        try:
            process = subprocess.Popen(
                [f"{proc}/{pid}/exe", *_ARGV],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={name: environ[name] for name in _PASSED_ON & environ.keys()},
            )
        except OSError:
            return None
        if process.stdin is None or process.stdout is None:  # never so with pipes
            return None
        return cls(process, process.stdin, process.stdout)

    def greet(self) -> bool:
        """Begin the conversation with the server; whether it has answered."""
        if "result" not in self.ask("initialize", _CLIENT):
            return False
        return self._send({"method": "initialized"})

    def ask(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request, with a `result` or an `error`; empty for none in time.

        Where none comes, the server may have carried it out all the same.
        """
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        deadline = time.monotonic() + _PATIENCE
        if not self._send(request):
            return {}
        while (line := self._line(deadline)) is not None:
            answer = foreign_files.parsed(line)
            if answer.get("id") == self._number:
                return answer
        return {}

    def close(self) -> None:
        """End the server, and wait until it has ended."""
        for pipe in (self._asks, self._says):
            try:
                pipe.close()
            except OSError:
                pass
        try:
            self._process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, message: Mapping[str, Any]) -> bool:
        import json

        try:
            self._asks.write(json.dumps(message).encode() + b"\n")
            self._asks.flush()
        except OSError:
            return False
        return True

    def _line(self, deadline: float) -> bytes | None:
        """The next line that the server says; None if none comes in time."""
        said = self._says.fileno()
        while b"\n" not in self._read:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([said], [], [], left)[0]:
                return None
            part = os.read(said, 1 << 16)
            if not part:
                return None
            self._read += part
        line, _, self._read = self._read.partition(b"\n")
        return line
