"""Whether the process of a tmux server lives: what a socket that does not answer cannot tell."""

from __future__ import annotations

import os
import time

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
    stat = _stat(pid)
    if stat is None:
        return False
    name, state, _ = stat
    return state in ("Z", "X") or not name.startswith(("tmux", ".tmux"))


def is_server(pid: int, started: int) -> bool:
    """Whether a living process is provably the tmux server that began at epoch `started`."""
    stat = None if ended(pid) else _stat(pid)
    if stat is None:
        return False
    began = _boot_time() + stat[2] / os.sysconf("SC_CLK_TCK")
    return abs(began - started) <= _TOLERANCE


def restore_socket(socket: str, pid: int, started: int) -> bool:
    """Have a living server whose socket is away make it again; whether it is there then.

    SIGUSR1 would end any other program: it goes to a process that is provably the server.
    """
    if os.path.exists(socket) or not hasattr(os, "pidfd_open"):
        return False
    import signal  # costs a tenth of a call

    try:
        process = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if not is_server(pid, started):  # asked while nobody else can get its pid
            return False
        signal.pidfd_send_signal(process, signal.SIGUSR1)
    except OSError:
        return False
    finally:
        os.close(process)
    deadline = time.monotonic() + _SOCKET_SECONDS
    while not os.path.exists(socket) and time.monotonic() < deadline:
        time.sleep(0.02)
    return os.path.exists(socket)


def _stat(pid: int) -> tuple[str, str, int] | None:
    """Name, state letter and start in clock ticks since boot; None where there is no /proc."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            head, _, rest = file.read().rpartition(")")
    except OSError:
        return None
    fields = rest.split()
    return head.partition("(")[2], fields[0], int(fields[19])


def _boot_time() -> float:
    """The epoch at which the clock that dates processes began."""
    with open("/proc/stat", encoding="ascii") as file:
        lines = dict(
            line.split(maxsplit=1) for line in file if line.startswith("btime")
        )
    return float(lines["btime"])
