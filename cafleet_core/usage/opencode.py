"""What an OpenCode has used: the row of its conversation in its own database, only read."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import foreign_files, process_tree
from cafleet_core.process import PROC
from cafleet_core.usage import sample
from cafleet_core.usage.sample import Tokens, UsageSample

if TYPE_CHECKING:
    import sqlite3

_PATIENCE = 0.2
"""Seconds to wait for OpenCode's own writes."""

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
    account, folder = data_folder(pane_pid, proc), _folder(pane_pid, proc)
    if not account or not folder:
        return None
    return of_database(os.path.join(account, "opencode.db"), account, folder, since)


def data_folder(pane_pid: int, proc: str = PROC) -> str:
    """Where the OpenCode in a pane keeps its data and its sign-ins; empty if not told."""
    environ = process_tree.environ(pane_pid, proc)
    home = environ.get("HOME")
    data = environ.get("XDG_DATA_HOME") or (home and os.path.join(home, ".local/share"))
    return os.path.join(data, "opencode") if data else ""


def of_database(
    path: str, account: str, folder: str, since: float
) -> UsageSample | None:
    """What the database tells of the last conversation of a folder; None for none."""
    import sqlite3
    from urllib.parse import quote

    if not os.path.isfile(path):  # a pipe would block its reader
        return None
    try:
        database = sqlite3.connect(
            f"file:{quote(path)}?mode=ro", uri=True, timeout=_PATIENCE
        )
    except sqlite3.Error:
        return None
    try:
        return _sample(database, account, folder, since)
    except (
        sqlite3.Error,
        OverflowError,
    ):  # a schema of another version, or no database
        return None
    finally:
        database.close()


def _sample(
    database: sqlite3.Connection, account: str, folder: str, since: float
) -> UsageSample | None:
    latest = database.execute(_LATEST, (folder, since * 1000)).fetchone()
    conversation = sample.identifier(latest[0]) if latest else ""
    if not conversation:
        return None
    totals = database.execute(_TOTALS, (conversation, conversation)).fetchone()
    *tokens, cost = totals
    return UsageSample(
        conversation,
        account,
        _model(latest[1]),
        Tokens(*map(sample.count, tokens)),
        sample.micro_dollars(cost),
        _context_used(database, conversation),
    )


def _context_used(database: sqlite3.Connection, conversation: str) -> int | None:
    for (data,) in database.execute(_LAST_ANSWERS, (conversation,)):
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
