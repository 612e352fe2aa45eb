"""A record of what was asked, seen, decided and done: for whoever looks for a fault.

`CAFLEET_TRACE=FILE` switches it on. Nothing else in cafleet is logged. Whoever notes
something imports this module only then: it costs nothing as long as nobody asks.
"""

from __future__ import annotations

import os
import stat

from cafleet_core import clock

VARIABLE = "CAFLEET_TRACE"


def note(kind: str, **facts: object) -> None:
    """Append one JSON object as a line: its `kind`, the time, the process, the facts.

    A file that cannot be written costs nobody the message: nothing is noted then.
    """
    import json

    path = os.environ.get(VARIABLE)
    if not path:
        return
    record = {"at": clock.stamp(), "pid": os.getpid(), "kind": kind, **facts}
    line = json.dumps(record, default=str) + "\n"
    try:
        _append(path, line.encode())
    except OSError:
        return


def _append(path: str, line: bytes) -> None:
    """Write in one go, so that the lines of several processes stay whole."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    file = os.open(path, flags, 0o600)
    try:
        status = os.fstat(file)
        if stat.S_ISREG(status.st_mode) and stat.S_IMODE(status.st_mode) != 0o600:
            os.fchmod(file, 0o600)
        os.write(file, line)
    finally:
        os.close(file)
