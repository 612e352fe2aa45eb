"""A driver that a closed terminal neither blocks nor ends with an error."""

from __future__ import annotations

import codecs
import io
import os
import select
from contextlib import suppress
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STANDARD_OUTPUT = 1
_LOOK_EVERY = 0.1
"""Seconds without input after which the parser may decide that an Escape was the key alone."""

_MOST_AT_ONCE = 4096


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

    def run_input_thread(self) -> None:
        """Read keys until the room is left; bytes that are no text become replacement characters.

        Textual's own thread ends at them, and no key is read any more.
        """
        parser = XTermParser(self._debug)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], _LOOK_EVERY)
            if ready:
                text = decoder.decode(os.read(self.fileno, _MOST_AT_ONCE))
                for event in parser.feed(text) if text else ():
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)


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
