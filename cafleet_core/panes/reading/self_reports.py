"""States that a coding agent reports besides its screen: in its files, and by hooks."""

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
"""Seconds for which a hook's state is believed: the hook that ends it may be missing."""

_CATCHES_UP = 2.0
"""Seconds by which a file's record may lag behind a hook, which stamps whole seconds."""

_HOOKED = frozenset(
    (
        *(PaneState.IDLE, PaneState.BUSY, PaneState.WAITING, PaneState.DRAFT),
        *REFUSED,
    )
)
_STOPPED = "T"


class SelfReport(NamedTuple):
    """A state reported by a source other than the screen, `age` seconds ago.

    `until` is the stamp at which a limit ends, if known. `refusals` is the number of turns
    in a row, up to the last, that the agent's service refused by its own log; 0 in a report
    of any other source.
    """

    source: str
    state: PaneState
    evidence: str
    age: float
    until: str | None = None
    refusals: int = 0


def read(records: Sequence[str], pane_pid: int, stamped: str) -> list[SelfReport]:
    """The self-reports of the agent below this process, from its own files and from a hook.

    `records` names the kinds of files that its coding agent keeps.
    """
    reports = [report for kind in records for report in _from_files(kind, pane_pid)]
    stamp = hook(stamped)
    if stamp is None or any(_outdates(report, stamp) for report in reports):
        return reports
    return [*reports, stamp]


def _from_files(kind: str, pane_pid: int) -> list[SelfReport]:
    # imported for agents that keep such files: many keep none
    if kind == "claude":
        from cafleet_core.panes.reading import claude_files

        return claude_files.reports(pane_pid)
    if kind == "codex":
        from cafleet_core.panes.reading import codex_files

        return codex_files.reports(pane_pid)
    return []


def _outdates(report: SelfReport, stamp: SelfReport) -> bool:
    """Whether a hook missed a change that a file reports: not every change has its hook."""
    if report.refusals:
        return stamp.state in REFUSED and report.age < stamp.age + _CATCHES_UP
    if stamp.state in REFUSED and report.state == PaneState.IDLE:
        return False  # a record knows no refusals: it says idle then, too
    return report.age < stamp.age and stamp.age > _CATCHES_UP


def process(
    pane_pid: int, names: Container[str], proc: str = PROC
) -> SelfReport | None:
    """The report that the agent in a pane is stopped, as by Ctrl-Z; None if it is not.

    The agent is the pane's first process or leads the foreground; if a shell has taken the
    terminal back, it is a process below that shell with one of these `names`.
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
    """The state that a hook stamped on the pane, if it is valid and still believed.

    `<state> <epoch seconds>`, and for a limit the second at which it ends, if known: it is
    believed until then.
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
    return max(0.0, clock.here().timestamp() - epoch)
