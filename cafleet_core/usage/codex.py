"""What a Codex has used: the last counts in the rollout of its conversation."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import codex_files, foreign_files, process_tree
from cafleet_core.process import PROC
from cafleet_core.usage import sample
from cafleet_core.usage.sample import Tokens, UsageSample, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIVE_HOURS, _SEVEN_DAYS = 300, 10080
"""Minutes of the windows."""

_COUNTS, _TURN = b'"token_count"', b'"turn_context"'
_ID_LENGTH = 36


def read(pane_pid: int, proc: str = PROC) -> UsageSample | None:
    """What the Codex in a pane has used in its conversation; None before its first answer."""
    path = codex_files.rollout(pane_pid, proc)
    return of_rollout(path, account(pane_pid, proc)) if path else None


def account(pane_pid: int, proc: str = PROC) -> str:
    """The folder of the settings of the Codex in a pane; empty where that is not told."""
    environ = process_tree.environ(pane_pid, proc)
    home = environ.get("HOME", "")
    return environ.get("CODEX_HOME") or (os.path.join(home, ".codex") if home else "")


def of_rollout(path: str, account: str = "") -> UsageSample | None:
    """What the end of a rollout tells; None without any counts."""
    stem = os.path.basename(path).removesuffix(".jsonl")
    conversation = sample.identifier(stem[-_ID_LENGTH:])
    events = list(_events(path))
    if not conversation or not events:
        return None
    info = next(filter(None, (sample.table(event.get("info")) for event in events)), {})
    windows = next(filter(None, map(_windows, events)), {})
    total = sample.table(info.get("total_token_usage"))
    last = sample.table(info.get("last_token_usage"))
    return UsageSample(
        conversation,
        account,
        _model(path),
        _tokens(total),
        context_used=sample.counted(last.get("total_tokens")),
        context_size=sample.counted(info.get("model_context_window")),
        five_hours=windows.get(_FIVE_HOURS),
        seven_days=windows.get(_SEVEN_DAYS),
    )


def _events(path: str) -> Iterator[dict[str, object]]:
    """The counts at the end of a rollout, newest first."""
    for entry in foreign_files.newest_entries(path, _COUNTS):
        event = sample.table(entry.get("payload"))
        if event.get("type") == "token_count":
            yield event


def _tokens(usage: dict[str, object]) -> Tokens:
    """What was read from the cache is counted as sent, too."""
    cached = sample.count(usage.get("cached_input_tokens"))
    sent = sample.count(usage.get("input_tokens"))
    return Tokens(
        max(0, sent - cached), sample.count(usage.get("output_tokens")), cached
    )


def _windows(event: dict[str, object]) -> dict[int, Window]:
    """The windows of an account, by their length in minutes."""
    limits = sample.table(event.get("rate_limits"))
    quotas = (sample.table(limits.get(which)) for which in ("primary", "secondary"))
    windows = {
        sample.count(each.get("window_minutes")): sample.window(
            each.get("used_percent"), each.get("resets_at")
        )
        for each in quotas
    }
    return {minutes: window for minutes, window in windows.items() if window}


def _model(path: str) -> str:
    """The model of the last turn that the end of a rollout tells of."""
    for entry in foreign_files.newest_entries(path, _TURN):
        if model := sample.name(sample.table(entry.get("payload")).get("model")):
            return model
    return ""
