"""Codex's queue, only read: the turns that wait in its own database, for each conversation."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import foreign_database, foreign_files

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE = "queue_1.sqlite"
_WAITING = """
    SELECT id, thread_id, created_at_ms, payload_json FROM queued_items
    WHERE instr(payload_json, ?) ORDER BY queue_order
"""


class QueuedTurn(NamedTuple):
    """A turn that no conversation has begun: its id, its conversation's, since when it waits, in
    epoch seconds, and its text.
    """

    id: str
    conversation: str
    at: float
    text: str


def path(home: str) -> str:
    """The path of the queue, below the folder of Codex's settings; older ones have none."""
    return os.path.join(home, _FILE)


def waiting(home: str, part: str) -> list[QueuedTurn] | None:
    """The turns that wait and contain `part`; None where the queue cannot be read."""
    with foreign_database.opened(path(home)) as database:
        if database is not None:
            return [
                QueuedTurn(number, conversation, at / 1000, "\n".join(_texts(payload)))
                for number, conversation, at, payload in database.rows(_WAITING, part)
            ]
    return None


def _texts(payload: str) -> Iterator[str]:
    turn = foreign_files.parsed(payload.encode()).get("UserInput")
    content = turn.get("content") if isinstance(turn, dict) else None
    for block in content if isinstance(content, list) else ():
        if isinstance(block, dict):
            yield str(block.get("text"))
