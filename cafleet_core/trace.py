"""The trace: what was asked, seen, decided and done, to find faults.

`CAFLEET_TRACE=FILE` switches it on; nothing else in cafleet is logged. Modules import this
one only then, so that it costs nothing otherwise.
"""

from __future__ import annotations

import os
import stat

from cafleet_core import clock

VARIABLE = "CAFLEET_TRACE"


def note(kind: str, **facts: object) -> None:
    """Append one JSON object as a line: its `kind`, the time, the process, the facts.

    If the file cannot be written, the fact is not noted, and nothing fails.
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
    """Append with one write, so that the lines of several processes stay whole."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    file = os.open(path, flags, 0o600)
    try:
        status = os.fstat(file)
        if stat.S_ISREG(status.st_mode) and stat.S_IMODE(status.st_mode) != 0o600:
            os.fchmod(file, 0o600)
        os.write(file, line)
    finally:
        os.close(file)
