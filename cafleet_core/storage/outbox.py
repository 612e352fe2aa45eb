"""Owed pushes: who may try which one when, and what became of it. Plain SQL, on a send's path."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import UNREACHABLE, PushResult, Task
from cafleet_core.states import PushOutcome, PushReason, TaskState
from cafleet_core.storage.rows import task_of
from cafleet_core.storage.tasks import NEXT_VERSION, TASK, marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry

_UNREACHABLE = ", ".join(f"'{reason}'" for reason in UNREACHABLE)

_OWED = f"""
    t.status_state = '{TaskState.INPUT_REQUIRED}' AND t.notified_at IS NULL
    AND t.push_next_at IS NOT NULL
    AND (t.push_claimed_until IS NULL OR t.push_claimed_until NOT BETWEEN ? AND ?)
    AND (t.push_reason IS NULL OR t.push_next_at NOT BETWEEN ? AND ?
         OR t.push_reason NOT IN ({_UNREACHABLE}))
"""


def claim(
    registry: Registry, recipients: Sequence[str], now: str, until: str, later: str
) -> list[Task]:
    """Take every push owed to these recipients that nobody else is trying, oldest first.

    Those that nobody can be told of wait for their time, however many there are.
    Inside the caller's transaction. Others leave them alone until `until`. A claim that
    ends beyond `until`, or a try that is due beyond `later`, was stamped by a clock that
    has been set back since, and is ignored.
    """
    if not recipients:
        return []
    rows = registry.rows(
        f"{TASK} WHERE t.context_id IN ({marks(recipients)}) AND {_OWED} ORDER BY t.seq",
        (*recipients, now, until, now, later),
    )
    if rows:
        registry.execute(
            f"UPDATE tasks SET push_claimed_until = ? WHERE seq IN ({marks(rows)})",
            (until, *(row[0] for row in rows)),
        )
    return [task_of(row)._replace(push_claimed_until=until) for row in rows]


def held(registry: Registry, session_id: str) -> tuple[int, str | None]:
    """How many of a session's messages wait for their pane, and since when the oldest does.

    What is for an agent without a pane is polled, or read in the control room.
    """
    [(count, oldest)] = registry.rows(
        "SELECT COUNT(*), MIN(created_at) FROM tasks INDEXED BY tasks_owed"
        " WHERE push_next_at IS NOT NULL AND session_id = ? AND notified_at IS NULL"
        f" AND status_state = '{TaskState.INPUT_REQUIRED}'"
        " AND context_id IN (SELECT agent_id FROM agent_placements)",
        (session_id,),
    )
    return count, oldest


def due(registry: Registry, host: str, now: str, claim: str, later: str) -> list[str]:
    """The recipients on this host to whom a push is owed by now.

    No claim that is still good ends after `claim`, no try is due after `later`.
    """
    rows = registry.rows(
        "SELECT DISTINCT t.context_id FROM tasks t"
        " JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?"
        " WHERE t.push_next_at IS NOT NULL AND t.push_next_at NOT BETWEEN ? AND ?"
        f" AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
        " AND (t.push_claimed_until IS NULL"
        "      OR t.push_claimed_until NOT BETWEEN ? AND ?)",
        (host, now, later, now, claim),
    )
    return [recipient_id for (recipient_id,) in rows]


def record(
    registry: Registry,
    task_ids: Sequence[str],
    result: PushResult,
    at: str,
    next_at: str | None,
) -> None:
    """Keep what became of a try, and when the next is due; it ends the claims.

    A text that reached the screen stamps `notified_at` and owes nothing more, nor does a
    task that was settled meanwhile. A try that ended as the one before is no new version:
    nobody would see a difference. What another has told meanwhile stays as that one found it.
    """
    seen = (result.outcome, result.reason)
    registry.execute(
        "UPDATE tasks SET push_outcome = ?, push_reason = ?,"
        " push_attempts = push_attempts + 1, push_at = ?,"
        " notified_at = COALESCE(?, notified_at),"
        f" push_next_at = CASE status_state WHEN '{TaskState.INPUT_REQUIRED}' THEN ? END,"
        " push_claimed_until = NULL, version = CASE"
        f" WHEN push_outcome IS ? AND push_reason IS ? THEN version ELSE {NEXT_VERSION}"
        f" END WHERE task_id IN ({marks(task_ids)}) AND notified_at IS NULL",
        (*seen, at, at if result.notified else None, next_at, *seen, *task_ids),
    )


def hasten(registry: Registry, host: str, at: str) -> None:
    """Let what agents on `host` could not be told for living elsewhere be due at `at`."""
    registry.execute(
        "UPDATE tasks SET push_next_at = ? WHERE push_next_at > ?"
        " AND push_reason = 'other_host' AND context_id IN"
        " (SELECT agent_id FROM agent_placements WHERE host = ?)",
        (at, at, host),
    )


_TYPED = f"""
    t.notified_at > ? AND t.notified_at IS NOT NULL
    AND t.submitted_at IS NULL AND t.status_state = '{TaskState.INPUT_REQUIRED}'
    AND t.read_at IS NULL AND t.push_outcome = '{PushOutcome.DELIVERED}'
    AND (t.push_reason IS NULL OR t.push_reason = '{PushReason.ENTER_AGAIN}')
"""
_UNCONFIRMED = f"""
    {_TYPED} AND t.notified_at <= ?
    AND (t.push_claimed_until IS NULL OR t.push_claimed_until <= ?)
"""

_REACHABLE = f"COALESCE(t.push_reason, '') NOT IN ({_UNREACHABLE})"

_WORK = f"""
    SELECT t.session_id, p.tmux_socket, {_REACHABLE} AS reachable, 1 AS held,
           MAX(t.push_next_at, COALESCE(t.push_claimed_until, '')) AS due_at
    FROM tasks t INDEXED BY tasks_owed
    JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?1
    WHERE t.push_next_at IS NOT NULL AND t.notified_at IS NULL
    AND t.status_state = '{TaskState.INPUT_REQUIRED}'
    UNION ALL
    SELECT t.session_id, p.tmux_socket, 1, 0,
           MAX(t.notified_at, COALESCE(t.push_claimed_until, ''))
    FROM tasks t INDEXED BY tasks_unconfirmed
    JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?1
    WHERE {_TYPED.replace("?", "?2")}
"""


def work(
    registry: Registry, host: str, session_id: str, since: str
) -> tuple[int, int, int, str | None]:
    """What is unsettled in a session on a host, and when the first of it is due.

    How much could be typed once its pane allows it, how much that is with what was typed
    after the stamp `since` and is to be confirmed, and how much with what nobody can be told.
    """
    row = registry.row(
        "SELECT COALESCE(SUM(reachable AND held), 0), COALESCE(SUM(reachable), 0),"
        " COUNT(*), MIN(due_at)"
        f" FROM ({_WORK}) WHERE session_id = ?3",
        (host, since, session_id),
    )
    return row[0], row[1], row[2], row[3]


def is_work(registry: Registry, host: str, since: str) -> bool:
    """Whether anything is to be typed on a host, or typed after `since` and to be confirmed."""
    return bool(registry.row(f"SELECT 1 FROM ({_WORK}) LIMIT 1", (host, since)))


def sessions_with_work(
    registry: Registry, host: str, since: str
) -> list[tuple[str, str, str | None, str | None]]:
    """The sessions in which something can be typed or confirmed on a host, now or later.

    Each with the tmux socket of one recipient, and with holder and sign of its claim.
    """
    return registry.rows(
        "SELECT w.session_id, MIN(w.tmux_socket), m.holder, m.heartbeat_at"
        f" FROM ({_WORK}) w LEFT JOIN monitors m"
        " ON m.session_id = w.session_id AND m.host = ?1"
        " WHERE w.reachable GROUP BY w.session_id",
        (host, since),
    )


def make_due(registry: Registry, recipient_id: str, at: str) -> None:
    """Let what is owed to a recipient, and was to be tried later, be due at `at`."""
    registry.execute(
        "UPDATE tasks SET push_next_at = ?1 WHERE context_id = ?2 AND push_next_at > ?1"
        f" AND status_state = '{TaskState.INPUT_REQUIRED}' AND notified_at IS NULL",
        (at, recipient_id),
    )


def unconfirmed(
    registry: Registry,
    host: str,
    since: str,
    before: str,
    now: str,
    recipients: Sequence[str] | None = None,
) -> list[Task]:
    """What was typed on this host between two stamps and may still stand there, unsubmitted.

    Only to these recipients, where they are given. What somebody looks after until later
    than `now` is left out; oldest first.
    """
    to_them = (
        "" if recipients is None else f" AND t.context_id IN ({marks(recipients)})"
    )
    rows = registry.rows(
        f"{TASK} JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?"
        f" WHERE {_UNCONFIRMED}{to_them} ORDER BY t.seq",
        (host, since, before, now, *(recipients or ())),
    )
    return [task_of(row) for row in rows]


def reserve(registry: Registry, task_ids: Sequence[str], until: str) -> None:
    """Keep others from looking after typed texts until then."""
    registry.execute(
        f"UPDATE tasks SET push_claimed_until = ? WHERE task_id IN ({marks(task_ids)})",
        (until, *task_ids),
    )


def confirm(registry: Registry, task_ids: Sequence[str], at: str) -> None:
    """The typed texts have left their agents' input boxes."""
    registry.execute(
        "UPDATE tasks SET submitted_at = ?, push_reason = NULL, push_claimed_until = NULL,"
        f" version = {NEXT_VERSION} WHERE task_id IN ({marks(task_ids)})",
        (at, *task_ids),
    )


def doubt(
    registry: Registry, task_ids: Sequence[str], why: str, at: str, until: str | None
) -> None:
    """Keep what a look at typed texts found; nobody looks again before `until`."""
    registry.execute(
        "UPDATE tasks SET push_reason = ?, push_at = ?, push_claimed_until = ?,"
        f" version = {NEXT_VERSION} WHERE task_id IN ({marks(task_ids)})",
        (why, at, until, *task_ids),
    )
