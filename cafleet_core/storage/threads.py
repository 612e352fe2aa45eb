"""Threads: a message, what it answers, and what answers it. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.keyset import HEAD_OF, IS_HEAD

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_DEEPEST = 100
_REACH = 50_000
_MOST_ROWS = 5_000
_MOST_HEADS = 400

_PARENT = """
    SELECT COALESCE(p.origin_task_id, p.task_id), h.seq FROM tasks t
    JOIN tasks p ON p.task_id = t.reply_to_task_id AND p.session_id = t.session_id
    JOIN tasks h ON h.task_id = COALESCE(p.origin_task_id, p.task_id)
    WHERE t.task_id = ?
"""

_ANSWERS = f"""
    SELECT {HEAD_OF}, COALESCE(p.origin_task_id, p.task_id) FROM tasks t
    JOIN tasks p ON p.task_id = t.reply_to_task_id
    WHERE t.session_id = ? AND {IS_HEAD} AND t.seq > ? AND t.seq < ?
    AND t.reply_to_task_id IS NOT NULL ORDER BY t.seq LIMIT ?
"""


def heads(registry: Registry, session_id: str, head: str) -> list[str]:
    """The head ids of the thread of a message, the first one first.

    Answers are looked for among the 50,000 tasks after the first message; of a thread that
    is longer than a page its beginning is told.
    """
    first, seq = _first(registry, head)
    thread = {first: None}
    values = (session_id, seq, seq + _REACH, _MOST_ROWS)
    for answer, answered in registry.rows(_ANSWERS, values):
        if answered in thread and len(thread) < _MOST_HEADS:
            thread[answer] = None
    return list(thread)


def _first(registry: Registry, head: str) -> tuple[str, int]:
    """The message that begins a thread, and its `seq`."""
    row = registry.row("SELECT seq FROM tasks WHERE task_id = ?", (head,))
    first, seq = head, int(row[0]) if row else 0
    for _ in range(_DEEPEST):
        parent = registry.row(_PARENT, (first,))
        if parent is None or parent[1] >= seq:
            break
        first, seq = parent
    return first, seq
