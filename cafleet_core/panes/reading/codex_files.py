"""Self-reports of Codex: the log of its conversation, a rollout file that it holds open."""

from __future__ import annotations

import os

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import foreign_files, process_tree, refused_turns
from cafleet_core.panes.reading.refused_turns import RefusedTurn
from cafleet_core.process import PROC
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from cafleet_core.panes.reading.self_reports import SelfReport

_LIMIT = "usage_limit_exceeded"
_EVENTS = (b'"task_complete"', b'"turn_aborted"', b'"token_count"')
_BEGUN = "task_started"
_TURNS = (_BEGUN, "task_complete", "turn_aborted")
_TURN_EVENTS = tuple(f'"{event}"'.encode() for event in _TURNS)
_USED_UP = 100.0
_ID_LENGTH = 36


def reports(pane_pid: int, proc: str = PROC) -> list[SelfReport]:
    """The refusal of the last turn of the Codex that is the pane's first process or below it."""
    path = rollout(pane_pid, proc)
    refused = refused_turns.report("rollout", [*_refused(path)]) if path else None
    return [refused] if refused else []


def conversation(pane_pid: int, proc: str = PROC) -> str:
    """The id of the conversation of the Codex in a pane; empty without one."""
    return id_of(rollout(pane_pid, proc))


def begun_in(folder: str, since: str, environ: Mapping[str, str]) -> Iterator[str]:
    """The ids of the conversations that Codex has begun in a folder after a stamp."""
    after = clock.epoch(since)
    for log in logs(home(environ), after):
        began = foreign_files.first_entry(log).get("payload")
        if not isinstance(began, dict) or began.get("cwd") != folder:
            continue
        if _epoch(began.get("timestamp")) >= after:
            yield id_of(log)


def _epoch(stamp: object) -> float:
    """The seconds since 1970 of a time that Codex has written; 0 for anything else."""
    try:
        return clock.parse(str(stamp)).timestamp()
    except ValueError:
        return 0.0


def rollout(pane_pid: int, proc: str) -> str:
    """The last written rollout that the nearest process holds open; empty without one."""
    return holder(pane_pid, proc)[1]


def holder(pane_pid: int, proc: str = PROC) -> tuple[int, str]:
    """The nearest process that holds rollouts open, and the last written; 0 without one."""
    for pid in process_tree.family(pane_pid, proc):
        held = [
            path for path in process_tree.open_files(pid, proc) if _is_rollout(path)
        ]
        if held:
            return pid, max(held, key=foreign_files.written_at)
    return 0, ""


def id_of(rollout: str) -> str:
    """The id at the end of a rollout's name, after the time at which it began."""
    return rollout.removesuffix(".jsonl")[-_ID_LENGTH:]


def home(environ: Mapping[str, str]) -> str:
    """The folder of the settings of a Codex with this environment."""
    own = os.path.join(environ.get("HOME", ""), ".codex")
    return environ.get("CODEX_HOME") or own


def logs(home: str, since: float) -> Iterator[str]:
    """The rollouts that were written after `since`, in epoch seconds."""
    for folder, _, names in os.walk(os.path.join(home, "sessions")):
        for path in (os.path.join(folder, name) for name in names):
            if _is_rollout(path) and foreign_files.written_at(path) >= since:
                yield path


def rests(rollout: str) -> bool:
    """Whether the last turn of a conversation has ended."""
    for entry in foreign_files.newest_entries(rollout, *_TURN_EVENTS):
        event = entry.get("payload")
        if isinstance(event, dict) and event.get("type") in _TURNS:
            return event.get("type") != _BEGUN
    return False


def _is_rollout(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return (
        "/sessions/" in folder
        and name.startswith("rollout-")
        and name.endswith(".jsonl")
    )


def _refused(path: str) -> Iterator[RefusedTurn]:
    """The last turns, newest first, as long as they were refused; a turn's counts follow it."""
    turn: tuple[str, Mapping[str, Any]] | None = None
    until = 0.0
    for entry in foreign_files.newest_entries(path, *_EVENTS):
        event = entry.get("payload")
        if not isinstance(event, dict) or entry.get("type") != "event_msg":
            continue
        if event.get("type") == "token_count":
            until = until or _resets_at(event)
            continue
        if turn is not None:
            yield _refusal(*turn, until)
        error, until = event.get("error"), 0.0
        if not isinstance(error, dict):
            return
        turn = str(entry.get("timestamp")), error
    if turn is not None:
        yield _refusal(*turn, until)


def _refusal(stamp: str, error: Mapping[str, Any], until: float) -> RefusedTurn:
    words = str(error.get("message"))
    if error.get("codex_error_info") == _LIMIT:
        return RefusedTurn(PaneState.LIMIT, words, stamp, until)
    return RefusedTurn(PaneState.FAILED, words, stamp)


def _resets_at(event: Mapping[str, Any]) -> float:
    """When the last of the used-up windows begins anew, in epoch seconds; 0 if none is used up."""
    limits = event.get("rate_limits")
    windows = [
        limits.get(name) if isinstance(limits, dict) else None
        for name in ("primary", "secondary")
    ]
    ends = [
        window.get("resets_at")
        for window in windows
        if isinstance(window, dict) and _number(window.get("used_percent")) >= _USED_UP
    ]
    return max(map(_number, ends), default=0.0)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
