"""Self-reports of Claude Code: the record of each process, the transcript of each conversation."""

from __future__ import annotations

import os

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import foreign_files, process_tree, refused_turns
from cafleet_core.panes.reading.refused_turns import RefusedTurn
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.process import PROC
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_STATUS = {
    "idle": PaneState.IDLE,
    "shell": PaneState.IDLE,  # at rest, while a command of its own runs in the background
    "busy": PaneState.BUSY,
    "waiting": PaneState.WAITING,
}
_LIMIT = "rate_limit"
_NOT_REFUSED = frozenset(("", "max_output_tokens"))
_ID = frozenset("0123456789abcdef-")


def reports(pane_pid: int, proc: str = PROC) -> list[SelfReport]:
    """The self-reports of a Claude Code in a pane: its record, and its last refused turn.

    See `conversation`.
    """
    shown = conversation(pane_pid, proc)
    if shown is None:
        return []
    refused = refused_turns.report("transcript", [*_refused(shown.transcript)])
    known = (_state(shown.record), refused)
    return [report for report in known if report is not None]


class Conversation(NamedTuple):
    """A Claude Code's conversation: the folder of its files, its record, its transcript.

    The path of the transcript is empty where there is none yet.
    """

    home: str
    record: Mapping[str, Any]
    transcript: str


def conversation(pane_pid: int, proc: str = PROC) -> Conversation | None:
    """The conversation of the Claude Code in a pane; None without one.

    Claude Code is the pane's first process or a descendant of it. A record that an ended
    process has left is recognised by the process's start time.
    """
    home = _home(pane_pid, proc)
    if not home:
        return None
    kept = _nearest(os.path.join(home, "sessions"), pane_pid, proc)
    if not kept:
        return None
    path = _transcript(home, str(kept.get("sessionId")), str(kept.get("cwd")))
    return Conversation(home, kept, path)


def _state(record: Mapping[str, Any]) -> SelfReport | None:
    status, waits_for = str(record.get("status")), record.get("waitingFor")
    since = record.get("statusUpdatedAt") or record.get("updatedAt") or 0
    if status not in _STATUS or not isinstance(since, int | float):
        return None
    evidence = f"{status}: {waits_for}" if waits_for else status
    try:
        age = max(0.0, clock.here().timestamp() - since / 1000)
    except OverflowError:  # JSON has numbers of any size
        return None
    return SelfReport("record", _STATUS[status], evidence, age)


def _home(pid: int, proc: str) -> str:
    """The folder in which a Claude Code started by this process keeps its files."""
    environ = process_tree.environ(pid, proc)
    if not environ:
        return ""
    own = os.path.join(environ.get("HOME", ""), ".claude")
    return environ.get("CLAUDE_CONFIG_DIR") or own


def _nearest(folder: str, pane_pid: int, proc: str) -> dict[str, Any]:
    """The record of the nearest Claude Code, a process or one below it; empty without any.

    Whatever other processes have left in that folder is not looked at.
    """
    for pid in process_tree.family(pane_pid, proc):
        if record := _record(folder, pid, proc):
            return record
    return {}


def _record(folder: str, pid: int, proc: str) -> dict[str, Any]:
    """The record of the conversation that a process shows now; empty without any."""
    record = foreign_files.document(os.path.join(folder, f"{pid}.json"))
    on_screen = record.get("kind", "interactive") == "interactive"
    if not record or not on_screen:
        return {}
    start = process_tree.start(pid, proc)
    return record if start and record.get("procStart") == start else {}


def _refused(transcript: str) -> Iterator[RefusedTurn]:
    """The last turns of a conversation, newest first, as long as they were refused."""
    for entry in foreign_files.newest_entries(transcript, b'"assistant"'):
        if entry.get("type") != "assistant" or entry.get("isSidechain"):
            continue
        error = str(entry.get("error") or "")
        if not entry.get("isApiErrorMessage") or error in _NOT_REFUSED:
            return
        yield _refusal(entry, error)


def _refusal(entry: Mapping[str, Any], error: str) -> RefusedTurn:
    stamp, quota = str(entry.get("timestamp")), entry.get("quotaLimits")
    if error != _LIMIT:
        return RefusedTurn(PaneState.FAILED, error, stamp)
    resets = quota.get("resetsAt") if isinstance(quota, dict) else 0
    until = resets if isinstance(resets, int | float) else 0
    return RefusedTurn(PaneState.LIMIT, error, stamp, until)


def _transcript(home: str, session_id: str, cwd: str) -> str:
    """The path of a conversation's transcript; empty without one.

    Its folder is named for the folder in which the conversation began, which may be
    another.
    """
    if not _ID.issuperset(session_id):
        return ""
    projects, name = os.path.join(home, "projects"), f"{session_id}.jsonl"
    folder = foreign_files.named_for(cwd)
    path = os.path.join(projects, folder, name)
    if os.path.exists(path):
        return path
    try:
        folders = os.listdir(projects)
    except OSError:
        return ""
    others = (os.path.join(projects, other, name) for other in folders)
    return next(filter(os.path.exists, others), "")
