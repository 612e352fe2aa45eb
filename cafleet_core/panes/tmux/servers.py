"""Whether the process of a tmux server lives: what a socket that does not answer cannot tell."""

from __future__ import annotations

import os
import time

from cafleet_core import process

_SOCKET_SECONDS = 2.0
_TOLERANCE = 2.0
"""Seconds between the start of a process and the start that its server tells."""


def ended(pid: int) -> bool:
    """Whether the server's process has provably ended: nobody has its pid, or no tmux has.

    Where that cannot be known it has not. The start of the process is no proof: a clock
    that was set since would move it.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody else's process is one all the same
    except OverflowError:
        return True
    fields = process.stat(pid)
    if not fields:
        return False
    name, state, *_ = fields
    return state in ("Z", "X") or not name.startswith(("tmux", ".tmux"))


def is_server(pid: int, started: int) -> bool:
    """Whether a living process is provably the tmux server that began at epoch `started`."""
    ticks = "" if ended(pid) else process.started(pid)
    if not ticks.isdecimal():  # without /proc it is told in words
        return False
    began = _boot_time() + int(ticks) / os.sysconf("SC_CLK_TCK")
    return abs(began - started) <= _TOLERANCE


def restore_socket(socket: str, pid: int, started: int) -> bool:
    """Have a living server whose socket is away make it again; whether it is there then.

    SIGUSR1 would end any other program: it goes to a process that is provably the server.
    """
    if os.path.exists(socket) or not hasattr(os, "pidfd_open"):
        return False
    import signal  # costs a tenth of a call

    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if not is_server(pid, started):  # asked while nobody else can get its pid
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
    """The epoch at which the clock that dates processes began."""
    with open("/proc/stat", encoding="ascii") as file:
        lines = dict(
            line.split(maxsplit=1) for line in file if line.startswith("btime")
        )
    return float(lines["btime"])
