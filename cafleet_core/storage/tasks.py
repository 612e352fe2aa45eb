"""Tasks, row by row: plain SQL, because sending, polling and acking must start fast."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.ids import SHORTEST_PREFIX
from cafleet_core.states import TaskState
from cafleet_core.storage import search
from cafleet_core.storage.lookup import prefix_range
from cafleet_core.storage.rows import task_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cafleet_core.records import Task
    from cafleet_core.storage.registry import Registry

TASK = """
    SELECT t.seq, t.task_id, t.session_id, t.context_id, t.from_agent_id, t.to_agent_id,
           t.type, t.text, t.origin_task_id, t.reply_to_task_id, t.status_state,
           t.status_timestamp, t.created_at, t.notified_at, t.read_at, t.acked_at,
           t.push_outcome, t.push_reason, t.push_attempts, t.version,
           t.submitted_at, t.push_next_at, t.push_claimed_until, a.name,
           COALESCE((SELECT o.type = 'broadcast_summary' FROM tasks o
                     WHERE o.task_id = t.origin_task_id), 0),
           t.sender_proof
    FROM tasks t JOIN agents a ON a.agent_id = t.from_agent_id
"""
"""Selects what `Task` holds, in its order."""

NEXT_VERSION = "(SELECT COALESCE(MAX(version), 0) + 1 FROM tasks)"

_INSERT = f"""
    INSERT INTO tasks (task_id, session_id, context_id, from_agent_id, to_agent_id, type,
        text, origin_task_id, reply_to_task_id, status_state, status_timestamp, created_at,
        push_next_at, sender_proof, push_attempts, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, {NEXT_VERSION})
"""


def insert(
    registry: Registry,
    *,
    task_id: str,
    session_id: str,
    context_id: str,
    sender_id: str,
    recipient_id: str | None,
    kind: str,
    text: str,
    origin: str | None,
    reply_to: str | None,
    state: str,
    at: str,
    proof: str | None = None,
) -> None:
    """Store one task, created and last changed `at`; a head can be searched for.

    An open delivery owes its recipient a push at once.
    """
    stored = registry.execute(
        _INSERT,
        (
            *(task_id, session_id, context_id, sender_id, recipient_id, kind),
            *(text, origin, reply_to, state, at, at),
            at if recipient_id and state == TaskState.INPUT_REQUIRED else None,
            proof,
        ),
    )
    if origin in (None, task_id):
        search.add(registry, stored.lastrowid or 0, session_id, text)


def get(registry: Registry, task_ids: Sequence[str]) -> list[Task]:
    """The tasks with exactly these ids, in their order of creation."""
    marks = ", ".join("?" * len(task_ids))
    rows = registry.rows(
        f"{TASK} WHERE t.task_id IN ({marks}) ORDER BY t.seq", task_ids
    )
    return [task_of(row) for row in rows]


def find(registry: Registry, session_id: str, reference: str) -> list[Task]:
    """The session's tasks whose id is `reference`, or begins with it."""
    rows = registry.rows(
        f"{TASK} WHERE t.task_id = ? AND t.session_id = ?", (reference, session_id)
    )
    if not rows and len(reference) >= SHORTEST_PREFIX:
        rows = registry.rows(
            # the concatenation keeps the engine from walking the whole session instead
            f"{TASK} WHERE t.task_id >= ? AND t.task_id < ? AND t.session_id || '' = ?"
            " LIMIT 20",
            (*prefix_range(reference), session_id),
        )
    return [task_of(row) for row in rows]


def delivery_of(registry: Registry, origin: str, agent_id: str) -> Task | None:
    """An agent's delivery of the message whose origin this is, if it got one."""
    rows = registry.rows(
        f"{TASK} WHERE t.origin_task_id = ? AND t.to_agent_id = ? ORDER BY t.seq LIMIT 1",
        (origin, agent_id),
    )
    return task_of(rows[0]) if rows else None


def inbox(
    registry: Registry, agent_id: str, *, acked_too: bool, since: str | None, limit: int
) -> list[Task]:
    """Deliveries to an agent, oldest first: the unacked ones, or all.

    `since` keeps those whose state changed strictly later; `limit` is a number of rows.
    """
    wanted = (
        "t.to_agent_id IS NOT NULL"
        if acked_too
        else f"t.status_state = '{TaskState.INPUT_REQUIRED}'"
    )
    rows = registry.rows(
        f"{TASK} WHERE t.context_id = ? AND {wanted} AND t.status_timestamp > ?"
        " ORDER BY t.seq LIMIT ?",
        (agent_id, since or "", limit),
    )
    return [task_of(row) for row in rows]


def open_of(registry: Registry, origin: str) -> list[str]:
    """The ids of the deliveries of one broadcast that are still open."""
    rows = registry.rows(
        f"SELECT task_id FROM tasks WHERE origin_task_id = ? AND status_state = '{TaskState.INPUT_REQUIRED}'",
        (origin,),
    )
    return [task_id for (task_id,) in rows]


def mark_read(registry: Registry, task_ids: Iterable[str], at: str) -> None:
    """Stamp deliveries as read, once."""
    _change(registry, "read_at = ?", (at,), task_ids, "AND read_at IS NULL")


def complete(registry: Registry, task_ids: Iterable[str], at: str) -> None:
    """Ack open deliveries."""
    _change(
        registry,
        "status_state = ?, status_timestamp = ?, acked_at = ?,"
        " read_at = COALESCE(read_at, ?), push_next_at = NULL",
        (TaskState.COMPLETED, at, at, at),
        task_ids,
        f"AND status_state = '{TaskState.INPUT_REQUIRED}'",
    )


def cancel(registry: Registry, task_ids: Iterable[str], at: str) -> None:
    """Take back open deliveries."""
    _change(
        registry,
        "status_state = ?, status_timestamp = ?, push_next_at = NULL",
        (TaskState.CANCELED, at),
        task_ids,
        f"AND status_state = '{TaskState.INPUT_REQUIRED}'",
    )


def fail_open(registry: Registry, agent_id: str, at: str) -> None:
    """Settle everything that an agent will never receive."""
    registry.execute(
        f"UPDATE tasks SET status_state = ?, status_timestamp = ?, push_next_at = NULL, version = {NEXT_VERSION}"
        f" WHERE context_id = ? AND status_state = '{TaskState.INPUT_REQUIRED}'",
        (TaskState.FAILED, at, agent_id),
    )


def fail(registry: Registry, task_id: str, at: str) -> None:
    """Settle a task as one that reached nobody."""
    _change(
        registry,
        "status_state = ?, status_timestamp = ?",
        (TaskState.FAILED, at),
        [task_id],
    )


def touch(registry: Registry, agent_id: str, at: str) -> None:
    """The agent itself has just done something."""
    registry.execute(
        "UPDATE agents SET last_active_at = ? WHERE agent_id = ?", (at, agent_id)
    )


def _change(
    registry: Registry,
    assignments: str,
    values: Sequence[object],
    task_ids: Iterable[str],
    condition: str = "",
) -> None:
    for task_id in task_ids:
        registry.execute(
            f"UPDATE tasks SET {assignments}, version = {NEXT_VERSION}"
            f" WHERE task_id = ? {condition}",
            (*values, task_id),
        )
