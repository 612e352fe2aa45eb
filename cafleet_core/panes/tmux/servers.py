"""Whether a tmux server's process lives, when its socket does not answer."""

from __future__ import annotations

import os
import time

from cafleet_core import process

_SOCKET_SECONDS = 2.0
_TOLERANCE = 2.0
"""Seconds by which a process's start and the start that its server reports may differ."""


def ended(pid: int) -> bool:
    """Whether the server's process has provably ended: no process, or no tmux, has its pid.

    If that cannot be known, it has not. The start time is no proof: setting the clock moves
    it.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # another user's process counts as one too
    except OverflowError:
        return True
    fields = process.stat(pid)
    if not fields:
        return False
    name, state, *_ = fields
    return state in ("Z", "X") or not name.startswith(("tmux", ".tmux"))


def is_server(pid: int, started: int) -> bool:
    """Whether a living process is provably the tmux server that was started at epoch `started`."""
    ticks = "" if ended(pid) else process.started(pid)
    if not ticks.isdecimal():  # only without /proc is it read in words
        return False
    began = _boot_time() + int(ticks) / os.sysconf("SC_CLK_TCK")
    return abs(began - started) <= _TOLERANCE


def restore_socket(socket: str, pid: int, started: int) -> bool:
    """Make a living server recreate its missing socket; whether the socket exists then.

    SIGUSR1 would end any other program: it is sent only to a process that is provably the
    server.
    """
    if os.path.exists(socket) or not hasattr(os, "pidfd_open"):
        return False
    import signal  # costs a tenth of a call to import

    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if not is_server(pid, started):  # checked while the pid cannot be reused
            return False
        signal.pidfd_send_signal(handle, signal.SIGUSR1)
    except OSError:
        return False
    finally:
        os.close(handle)
    deadline = time.monotonic() + _SOCKET_SECONDS
    while not os.path.exists(socket) and time.monotonic() < deadline:
        time.sleep(0.02)
    return os.path.exists(socket)


def _boot_time() -> float:
    """The epoch of the system's start, from which process start times count."""
    with open("/proc/stat", encoding="ascii") as file:
        lines = dict(
            line.split(maxsplit=1) for line in file if line.startswith("btime")
        )
    return float(lines["btime"])
