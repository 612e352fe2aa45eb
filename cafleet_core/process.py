"""Processes that can be asked for: whether the one that was meant still runs, and not its successor."""

from __future__ import annotations

import os

_STATE, _STARTED = 0, 19
"""Fields of /proc/<pid>/stat behind the name in parentheses; see proc(5)."""

_UNKNOWN = "-"

_NOT_RUNNING = ("Z", "X", "x", "T", "t")
"""Ended, or stopped by a signal: neither does anything."""


def namespace() -> str:
    """Within which processes this one can ask for others; empty where that is one for all."""
    try:
        return os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return ""


def started(pid: int) -> str:
    """When a process began, in the system's own count; empty where that cannot be told."""
    return _fact(pid, _STARTED)


def runs(pid: int, begun: str, within: str) -> bool | None:
    """Whether the process that began at `begun` runs; None where it cannot be asked for.

    A process in another container is asked for there alone: here its pid may be anybody's.
    """
    if within != namespace():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is another user's
        pass
    now = started(pid)
    if not begun or not now:
        return None
    return now == begun and _fact(pid, _STATE) not in _NOT_RUNNING


def identity() -> str:
    """This process in words that tell it from any other, for `lives` to ask with."""
    pid = os.getpid()
    return f"{pid} {started(pid) or _UNKNOWN} {namespace() or _UNKNOWN}"


def lives(named: str) -> bool | None:
    """Whether the process of an `identity` runs; None where it cannot be asked for."""
    pid, *rest = named.split(" ")
    if not pid.isdecimal() or len(rest) != 2:
        return None
    return runs(int(pid), *("" if field == _UNKNOWN else field for field in rest))


def _fact(pid: int, field: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            facts = file.read()
    except OSError:
        return ""
    # the program's name comes before, and may hold anything
    fields = facts.rpartition(b")")[2].split()
    return fields[field].decode("ascii") if len(fields) > field else ""
