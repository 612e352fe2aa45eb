"""What an OpenCode has used: the row of its conversation in its own database, only read."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import (
    foreign_database,
    foreign_files,
    opencode_files,
)
from cafleet_core.process import PROC
from cafleet_core.usage import sample
from cafleet_core.usage.sample import Tokens, UsageSample

if TYPE_CHECKING:
    from cafleet_core.panes.reading.foreign_database import Database

_LATEST = """
    SELECT id, model FROM session WHERE directory = ? AND parent_id IS NULL
    AND time_updated >= ? ORDER BY time_updated DESC LIMIT 1
"""
_TOTALS = """
    SELECT SUM(tokens_input + tokens_cache_write), SUM(tokens_output + tokens_reasoning),
           SUM(tokens_cache_read), SUM(cost)
    FROM session WHERE id = ? OR parent_id = ?
"""
_LAST_ANSWERS = """
    SELECT data FROM message WHERE session_id = ? AND length(data) < 100000
    ORDER BY time_created DESC LIMIT 4
"""


def read(pane_pid: int, since: float, proc: str = PROC) -> UsageSample | None:
    """What the OpenCode in a pane has used in its conversation; None without one.

    It does not tell which is its own: that is the last one of its folder which has changed
    after `since`, in epoch seconds.
    """
    account = opencode_files.data_folder(pane_pid, proc)
    folder = _folder(pane_pid, proc)
    if not account or not folder:
        return None
    path = opencode_files.path(pane_pid, proc)
    return of_database(path, account, folder, since)


def of_database(
    path: str, account: str, folder: str, since: float
) -> UsageSample | None:
    """What the database tells of the last conversation of a folder; None for none."""
    with foreign_database.opened(path) as database:
        if database is not None:
            return _sample(database, account, folder, since)
    return None


def _sample(
    database: Database, account: str, folder: str, since: float
) -> UsageSample | None:
    latest = database.rows(_LATEST, folder, since * 1000)
    conversation = sample.identifier(latest[0][0]) if latest else ""
    if not conversation:
        return None
    [(*tokens, cost)] = database.rows(_TOTALS, conversation, conversation)
    return UsageSample(
        conversation,
        account,
        _model(latest[0][1]),
        Tokens(*map(sample.count, tokens)),
        sample.micro_dollars(cost),
        _context_used(database, conversation),
    )


def _context_used(database: Database, conversation: str) -> int | None:
    for (data,) in database.rows(_LAST_ANSWERS, conversation):
        tokens = sample.table(_document(data).get("tokens"))
        cache = sample.table(tokens.get("cache"))
        sent = sum(map(sample.count, (tokens.get("input"), *cache.values())))
        if sent:
            return sent
    return None


def _model(data: object) -> str:
    return sample.name(_document(data).get("id"))


def _document(data: object) -> dict[str, object]:
    return foreign_files.parsed(data.encode()) if isinstance(data, str) else {}


def _folder(pid: int, proc: str) -> str:
    try:
        return os.readlink(f"{proc}/{pid}/cwd")
    except OSError:
        return ""
