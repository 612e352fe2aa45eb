"""What a coding agent tells of its own state, beside its screen: its files, and hooks."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import process_tree
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.process import PROC, stat
from cafleet_core.states import REFUSED, PaneState

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

HOOK_TRUSTED = 600.0
"""Seconds for which a hook is believed: one that should have told of the end may be missing."""

_CATCHES_UP = 2.0
"""Seconds in which a record may yet have to follow a hook, which stamps whole seconds."""

_HOOKED = frozenset(
    (
        *(PaneState.IDLE, PaneState.BUSY, PaneState.WAITING, PaneState.DRAFT),
        *REFUSED,
    )
)
_STOPPED = "T"


class SelfReport(NamedTuple):
    """A state that a source other than the screen tells, `age` seconds old.

    `until` is the stamp at which a limit ends, where that is told. `refusals` is how many
    turns in a row, up to the last one, the agent's service has refused by its own log;
    0 in a report that comes from elsewhere.
    """

    source: str
    state: PaneState
    evidence: str
    age: float
    until: str | None = None
    refusals: int = 0


def read(records: Sequence[str], pane_pid: int, stamped: str) -> list[SelfReport]:
    """What is told of the agent below this process, by its own files and by a hook.

    `records` names the kinds of files that its coding agent keeps.
    """
    reports = [report for kind in records for report in _from_files(kind, pane_pid)]
    stamp = hook(stamped)
    if stamp is None or any(_outdates(report, stamp) for report in reports):
        return reports
    return [*reports, stamp]


def _from_files(kind: str, pane_pid: int) -> list[SelfReport]:
    # imported where an agent keeps them: many keep none
    if kind == "claude":
        from cafleet_core.panes.reading import claude_files

        return claude_files.reports(pane_pid)
    if kind == "codex":
        from cafleet_core.panes.reading import codex_files

        return codex_files.reports(pane_pid)
    return []


def _outdates(report: SelfReport, stamp: SelfReport) -> bool:
    """Whether a hook has missed what a file has told since: not every change has its hook."""
    if report.refusals:
        return stamp.state in REFUSED and report.age < stamp.age + _CATCHES_UP
    if stamp.state in REFUSED and report.state == PaneState.IDLE:
        return False  # a record knows no refusals: it rests then, too
    return report.age < stamp.age and stamp.age > _CATCHES_UP


def process(
    pane_pid: int, names: Container[str], proc: str = PROC
) -> SelfReport | None:
    """That the agent in a pane is stopped, as by Ctrl-Z; None where it is not.

    It is the pane's first process or leads the foreground; or, where a shell has taken
    the terminal back, it is one of these `names` below that shell.
    """
    shell = stat(pane_pid, proc)
    if not shell:
        return None
    foreground = int(shell[6])
    suspects = [pane_pid] if foreground == pane_pid else [pane_pid, foreground]
    for pid in suspects:
        if (fields := stat(pid, proc)) and fields[1] == _STOPPED:
            return _stopped(fields[0])
    if foreground != pane_pid or not is_shell(shell[0]):
        return None
    for pid in process_tree.children(pane_pid, proc):
        fields = stat(pid, proc)
        if fields and fields[1] == _STOPPED and fields[0] in names:
            return _stopped(fields[0])
    return None


def _stopped(name: str) -> SelfReport:
    return SelfReport("process", PaneState.SUSPENDED, f"{name} is stopped", 0.0)


def hook(stamped: str) -> SelfReport | None:
    """A state that was stamped on the pane, where it is one and still to be believed.

    `<state> <epoch seconds>`, and for a limit the second at which it ends, if that is told:
    until then it is believed, and no longer.
    """
    state, _, times = stamped.partition(" ")
    epoch, _, end = times.partition(" ")
    if state not in _HOOKED or not epoch.isdecimal():
        return None
    age = _age(float(epoch))
    if end and state == PaneState.LIMIT:
        return _until(stamped, age, end)
    if age > HOOK_TRUSTED:
        return None
    return SelfReport("hook", PaneState(state), stamped, age)


def _until(stamped: str, age: float, end: str) -> SelfReport | None:
    until = clock.from_epoch(float(end)) if end.isdecimal() else None
    if until is None or until <= clock.stamp():
        return None
    return SelfReport("hook", PaneState.LIMIT, stamped, age, until)


def _age(epoch: float) -> float:
    return max(0.0, clock.now().timestamp() - epoch)
