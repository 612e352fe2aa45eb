"""What a coding agent tells of its own state, beside its screen: its record, and hooks."""

from __future__ import annotations

import os
import stat

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from typing import Any

HOOK_TRUSTED = 600.0
"""Seconds for which a hook is believed: one that should have told of the end may be missing."""

_CATCHES_UP = 2.0
"""Seconds in which a record may yet have to follow a hook, which stamps whole seconds."""

_HOOKED = frozenset(
    (
        *(PaneState.IDLE, PaneState.BUSY, PaneState.WAITING, PaneState.DRAFT),
        *(PaneState.LIMIT, PaneState.FAILED),
    )
)
_STATUS = {
    "idle": PaneState.IDLE,
    "shell": PaneState.IDLE,  # at rest, while a command of its own runs in the background
    "busy": PaneState.BUSY,
    "waiting": PaneState.WAITING,
}
_DEEPEST = 8
_STOPPED = "T"
_LARGEST = 1 << 20
"""Bytes of another program's file that are read: one that is larger is no record."""


class SelfReport(NamedTuple):
    """A state that a source other than the screen tells, `age` seconds old."""

    source: str
    state: PaneState
    evidence: str
    age: float


def read(records: Sequence[str], pane_pid: int, stamped: str) -> list[SelfReport]:
    """What is told of the agent below this process, by its record and by a hook.

    `records` names the kinds of record that its coding agent keeps. A hook that told
    nothing since the record changed has missed that: not every change has its hook.
    """
    kept = [_RECORDS[kind](pane_pid) for kind in records if kind in _RECORDS]
    reports = [report for report in kept if report is not None]
    stamp = hook(stamped)
    if stamp is None:
        return reports
    overtaken = any(report.age < stamp.age for report in reports)
    if overtaken and stamp.age > _CATCHES_UP:
        return reports
    return [*reports, stamp]


def process(
    pane_pid: int, names: Container[str], proc: str = "/proc"
) -> SelfReport | None:
    """That the agent in a pane is stopped, as by Ctrl-Z; None where it is not.

    It is the pane's first process or leads the foreground; or, where a shell has taken
    the terminal back, it is one of these `names` below that shell.
    """
    shell = _fields(pane_pid, proc)
    if not shell:
        return None
    foreground = int(shell[6])
    suspects = [pane_pid] if foreground == pane_pid else [pane_pid, foreground]
    for pid in suspects:
        if (fields := _fields(pid, proc)) and fields[1] == _STOPPED:
            return _stopped(fields[0])
    if foreground != pane_pid or not is_shell(shell[0]):
        return None
    for pid in _children(pane_pid, proc):
        fields = _fields(pid, proc)
        if fields and fields[1] == _STOPPED and fields[0] in names:
            return _stopped(fields[0])
    return None


def _stopped(name: str) -> SelfReport:
    return SelfReport("process", PaneState.SUSPENDED, f"{name} is stopped", 0.0)


def _children(pid: int, proc: str) -> list[int]:
    try:
        with open(f"{proc}/{pid}/task/{pid}/children", encoding="utf-8") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def hook(stamped: str) -> SelfReport | None:
    """A state that was stamped on the pane, where it is one and still to be believed."""
    state, _, epoch = stamped.partition(" ")
    if state not in _HOOKED or not epoch.isdecimal():
        return None
    age = _age(float(epoch))
    return (
        SelfReport("hook", PaneState(state), stamped, age)
        if age <= HOOK_TRUSTED
        else None
    )


def claude(pane_pid: int, proc: str = "/proc") -> SelfReport | None:
    """The state that a Claude Code in a pane keeps in its home, None without one.

    It is looked for by the pane's first process, which is Claude Code or an ancestor of
    it. A record that a process has left behind is known by the start of the process.
    """
    folder = _claude_folder(pane_pid, proc)
    if not folder:
        return None
    # what we have started is Claude Code itself, and nobody else's record is read then
    record = _claude_record(folder, pane_pid, proc) or _nearest(folder, pane_pid, proc)
    status, waits_for = str(record.get("status")), record.get("waitingFor")
    since = record.get("statusUpdatedAt") or record.get("updatedAt") or 0
    if status not in _STATUS or not isinstance(since, int | float):
        return None
    evidence = f"{status}: {waits_for}" if waits_for else status
    try:
        return SelfReport("record", _STATUS[status], evidence, _age(since / 1000))
    except OverflowError:  # JSON has numbers of any size
        return None


_RECORDS: Mapping[str, Callable[[int], SelfReport | None]] = {"claude": claude}


def _claude_folder(pid: int, proc: str) -> str:
    """Where a Claude Code started by this process keeps its sessions."""
    try:
        with open(f"{proc}/{pid}/environ", "rb") as file:
            pairs = file.read().decode("utf-8", "replace").split("\0")
    except OSError:
        return ""
    environ = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    home = os.path.join(environ.get("HOME", ""), ".claude")
    return os.path.join(environ.get("CLAUDE_CONFIG_DIR") or home, "sessions")


def _nearest(folder: str, pane_pid: int, proc: str) -> dict[str, Any]:
    """The record of the nearest Claude Code below a process; an empty one without any."""
    try:
        names = os.listdir(folder)
    except OSError:
        return {}
    parts = [name.partition(".") for name in names]
    pids = [int(pid) for pid, _, end in parts if end == "json" and pid.isdecimal()]
    below = [(_steps(pid, pane_pid, proc), pid) for pid in pids]
    for _, pid in sorted((steps, pid) for steps, pid in below if steps is not None):
        if record := _claude_record(folder, pid, proc):
            return record
    return {}


def _claude_record(folder: str, pid: int, proc: str) -> dict[str, Any]:
    """The record of the conversation that a process holds on a screen now, if it does."""
    record, start = _document(os.path.join(folder, f"{pid}.json")), _stat(pid, proc)[1]
    on_screen = record.get("kind", "interactive") == "interactive"
    return record if on_screen and start and record.get("procStart") == start else {}


def _document(path: str) -> dict[str, Any]:
    try:
        text = _file(path)
        import json  # most looks meet no record

        document = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}  # it is being written, was taken away, or is none
    return document if isinstance(document, dict) else {}


def _file(path: str) -> bytes:
    """The content of an ordinary file of a sane size; raises OSError, ValueError.

    Nothing else is opened for good: a pipe would keep its reader waiting.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            raise ValueError(path)
        return os.read(descriptor, _LARGEST)
    finally:
        os.close(descriptor)


def _steps(pid: int, ancestor: int, proc: str) -> int | None:
    """How many generations a process is below another; None where it is not."""
    for steps in range(_DEEPEST):
        if pid == ancestor:
            return steps
        pid = _stat(pid, proc)[0]
    return None


def _stat(pid: int, proc: str) -> tuple[int, str]:
    """The parent of a process and its start in clock ticks; 0 and nothing for a dead one."""
    fields = _fields(pid, proc)
    return (int(fields[2]), fields[20]) if fields else (0, "")


def _fields(pid: int, proc: str) -> list[str]:
    """The name of a process, then the fields of its `stat` from its state on; none of a dead one."""
    try:
        with open(f"{proc}/{pid}/stat", encoding="utf-8", errors="replace") as file:
            head, _, rest = file.read().rpartition(")")
    except OSError:
        return []
    return [head.partition("(")[2], *rest.split()]


def _age(epoch: float) -> float:
    return max(0.0, clock.now().timestamp() - epoch)
