"""Look processes up by pid and start time, so that a successor with the same pid is told apart."""

from __future__ import annotations

import os

from cafleet_core.fast_types import NamedTuple

PROC = "/proc"

_STATE, _PARENT, _TERMINAL, _FOREGROUND, _FLAGS, _STARTED = 1, 2, 5, 6, 7, 20
"""Fields of `stat`; see proc(5)."""

_EXITING = 0x4
"""PF_EXITING of Linux: nothing of the process runs any more."""

_UNKNOWN = "-"
_NO_TERMINAL = ("0", "?", "??", "-")
_DEEPEST = 64
_LONGEST_STAT = 4096

_NOT_RUNNING = ("Z", "X", "x", "T", "t")
"""Ended, or stopped by a signal: such a process does nothing."""


class Instance(NamedTuple):
    """A process by pid and start: a successor with the same pid has another start. 0 for none."""

    pid: int = 0
    started: str = ""


class Process(NamedTuple):
    """A running process: its start as in `started`, and its controlling terminal.

    `terminal` is empty without one; `foreground` is the process that leads the job in front
    there.
    """

    pid: int
    started: str
    parent: int
    terminal: str
    foreground: int

    @property
    def instance(self) -> Instance:
        """The pid and start by which it is recognised later."""
        return Instance(self.pid, self.started)


def find(pid: int) -> Process | None:
    """The process with this pid; None if it does not run, or cannot be looked up."""
    fields = stat(pid)
    if len(fields) > _STARTED:
        began, parent = fields[_STARTED], fields[_PARENT]
        return _process(pid, began, parent, fields[_TERMINAL], fields[_FOREGROUND])
    return None if os.path.exists("/proc/self/stat") else _by_ps(pid)


def lineage(pid: int) -> list[Process]:
    """A process and its ancestors, nearest first, as far as they can be followed."""
    line: list[Process] = []
    while pid > 0 and len(line) < _DEEPEST and (process := find(pid)) is not None:
        line.append(process)
        pid = process.parent
    return line


def in_front(pid: int) -> Process | None:
    """The process that leads the foreground of another's terminal; None if there is none."""
    process = find(pid)
    if process is None or process.foreground <= 0:
        return None
    return process if process.foreground == pid else find(process.foreground)


def _process(
    pid: int, started: str, parent: str, terminal: str, foreground: str
) -> Process:
    own = "" if terminal in _NO_TERMINAL else terminal
    return Process(pid, started, int(parent), own, int(foreground))


def _by_ps(pid: int) -> Process | None:
    """A process by `ps`, for systems without /proc."""
    asked = f"ps -o ppid= -o tty= -o tpgid= -o lstart= -p {int(pid)}"
    with os.popen(asked) as answer:  # noqa: S605  # a number is all that is put into it
        words = answer.read().split()
    if len(words) < 4:
        return None
    parent, terminal, foreground, *started = words
    return _process(pid, "-".join(started), parent, terminal, foreground)


def script(pid: int) -> tuple[str, ...]:
    """The program that a process runs, and its first argument that is no option, if any.

    For an interpreter that is the script. Empty where it cannot be looked up.
    """
    try:
        with open(f"/proc/{pid}/cmdline", "rb", buffering=0) as file:
            words = file.read(_LONGEST_STAT).decode("utf-8", "replace").split("\0")
    except OSError:
        with os.popen(f"ps -o args= -p {int(pid)}") as answer:  # noqa: S605  # as above
            words = answer.read().split()
    arguments = [word for word in words[1:] if word and not word.startswith("-")]
    return tuple(filter(None, (*words[:1], *arguments[:1])))


def namespace() -> str:
    """The pid namespace in which this process can look up others; empty if there is only one."""
    try:
        return os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return ""


def started(pid: int) -> str:
    """When a process began, in the system's own count; empty if unknown."""
    process = find(pid)
    return process.started if process else ""


def age(pid: int, proc: str = PROC) -> float | None:
    """For how many seconds a process has run; None if unknown, as without /proc."""
    fields = stat(pid, proc)
    if len(fields) <= _STARTED:
        return None
    try:
        with open(f"{proc}/uptime", encoding="ascii") as file:
            since_boot = float(file.read().split()[0])
    except OSError:
        return None
    return since_boot - int(fields[_STARTED]) / os.sysconf("SC_CLK_TCK")


def is_ending(pid: int) -> bool:
    """Whether a process is being torn down, or has been, and its parent has not taken note yet."""
    flags = _fact(pid, _FLAGS)
    return flags.isdecimal() and bool(int(flags) & _EXITING)


def runs(pid: int, begun: str, within: str) -> bool | None:
    """Whether the process that began at `begun` runs; None if it cannot be looked up.

    A process of another pid namespace can be looked up only there: its pid means another
    here.
    """
    if within != namespace():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's process
        pass
    now = started(pid)
    if not begun or not now:
        return None
    return now == begun and _fact(pid, _STATE) not in _NOT_RUNNING


def identity() -> str:
    """This process in a text that identifies it, for `lives`."""
    pid = os.getpid()
    return f"{pid} {started(pid) or _UNKNOWN} {namespace() or _UNKNOWN}"


def lives(named: str) -> bool | None:
    """Whether the process of an `identity` runs; None if it cannot be looked up."""
    pid, *rest = named.split(" ")
    if not pid.isdecimal() or len(rest) != 2:
        return None
    return runs(int(pid), *("" if field == _UNKNOWN else field for field in rest))


def _fact(pid: int, field: int) -> str:
    fields = stat(pid)
    return fields[field] if len(fields) > _STARTED else ""


def stat(pid: int, proc: str = PROC) -> list[str]:
    """The name of a process, then the fields of its `stat` from its state on.

    Empty for one that has ended, and without such a file.
    """
    try:
        file = os.open(f"{proc}/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        line = os.read(file, _LONGEST_STAT).decode("utf-8", "replace")
    except OSError:  # it has just ended
        return []
    finally:
        os.close(file)
    # the name may hold anything, a parenthesis too
    head, _, rest = line.rpartition(")")
    return [head.partition("(")[2], *rest.split()]
