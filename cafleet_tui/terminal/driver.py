"""A driver that a closed terminal neither blocks nor ends with an error."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STANDARD_OUTPUT = 1


class TerminalDriver(LinuxDriver):
    """Draws on standard output, and drops output once the terminal is closed.

    Textual's own thread for writing ends at the first error, and the application then waits
    for room in that thread's queue for ever.
    """

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = io.TextIOWrapper(
            TerminalOutput(), "utf-8", "replace", newline="", write_through=True
        )

    def write(self, data: str) -> None:
        """See `LinuxDriver`, whose start gives up if the terminal is closed by then."""
        if self._writer_thread is not None:
            super().write(data)

    def _run_input_thread(self) -> None:
        # reading from a closed terminal is an error or empty, depending on who led it
        with suppress(OSError):
            self.run_input_thread()


class TerminalOutput(io.RawIOBase):
    """Standard output, without a buffer; once writing has failed, nothing is written."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "terminal"
        self._gone = False

    def writable(self) -> bool:
        """See `io.IOBase`."""
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Write all of `data`, waiting for a terminal that is slow."""
        rest = memoryview(data)
        while rest and not self._gone:
            try:
                rest = rest[os.write(_STANDARD_OUTPUT, rest) :]
            except OSError:
                self._gone = True
        return len(memoryview(data))
