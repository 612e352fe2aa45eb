"""The outbox: leases on owed pushes, and their outcomes. Plain SQL, on the path of every send."""

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
    """Lease every push owed to these recipients that no process has leased, oldest first.

    Inside the caller's transaction. The lease ends at `until`. Pushes to unreachable
    recipients are left out until their retry time. Leases beyond `until` and retry times
    beyond `later` were stamped by a clock set back since, and are ignored.
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
    """Number of a session's unpushed messages to agents with a pane, and the oldest one's stamp.

    Messages to agents without a pane are polled, or read in the control room.
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
    """The recipients on this host with a push that is due and not leased.

    Leases that end after `claim` and retry times after `later` were stamped by a clock set
    back since, and are ignored.
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
    """Record the outcome of a try and the time of the next, and end the leases.

    A text that reached the screen stamps `notified_at` and owes nothing more; nor does a
    task that was settled meanwhile. A try with the same outcome as the last makes no new
    version. Tasks that another process has pushed meanwhile stay as they are.
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
    """Make the pushes due at `at` that were held because their agents lived on another host."""
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
    """Unsettled pushes of a session on a host, and when the first is due.

    Three numbers: pushes that a pane could take; those and the texts typed after the stamp
    `since` that are to be confirmed; and those and the pushes to unreachable recipients.
    """
    row = registry.row(
        "SELECT COALESCE(SUM(reachable AND held), 0), COALESCE(SUM(reachable), 0),"
        " COUNT(*), MIN(due_at)"
        f" FROM ({_WORK}) WHERE session_id = ?3",
        (host, since, session_id),
    )
    return row[0], row[1], row[2], row[3]


def is_work(registry: Registry, host: str, since: str) -> bool:
    """Whether a host has a push to make, or a text typed after `since` to confirm."""
    return bool(registry.row(f"SELECT 1 FROM ({_WORK}) LIMIT 1", (host, since)))


def sessions_with_work(
    registry: Registry, host: str, since: str
) -> list[tuple[str, str, str | None, str | None]]:
    """The sessions on a host with a push to make or to confirm, now or later.

    Each as (session id, tmux socket of one recipient, holder and last sign of its claim).
    """
    return registry.rows(
        "SELECT w.session_id, MIN(w.tmux_socket), m.holder, m.heartbeat_at"
        f" FROM ({_WORK}) w LEFT JOIN monitors m"
        " ON m.session_id = w.session_id AND m.host = ?1"
        " WHERE w.reachable GROUP BY w.session_id",
        (host, since),
    )


def make_due(registry: Registry, recipient_id: str, at: str) -> None:
    """Make the pushes to a recipient due at `at` that were to be retried later."""
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
    """Texts typed on this host between two stamps and not yet confirmed, oldest first.

    Only those to `recipients`, if given; without those that another process has leased
    beyond `now`.
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
    """Lease typed texts, so that no other process confirms them before `until`."""
    registry.execute(
        f"UPDATE tasks SET push_claimed_until = ? WHERE task_id IN ({marks(task_ids)})",
        (until, *task_ids),
    )


def confirm(registry: Registry, task_ids: Sequence[str], at: str) -> None:
    """Record that typed texts were submitted: they have left the input boxes."""
    registry.execute(
        "UPDATE tasks SET submitted_at = ?, push_reason = NULL, push_claimed_until = NULL,"
        f" version = {NEXT_VERSION} WHERE task_id IN ({marks(task_ids)})",
        (at, *task_ids),
    )


def doubt(
    registry: Registry, task_ids: Sequence[str], why: str, at: str, until: str | None
) -> None:
    """Record why typed texts are not confirmed, and lease them until the next look at `until`."""
    registry.execute(
        "UPDATE tasks SET push_reason = ?, push_at = ?, push_claimed_until = ?,"
        f" version = {NEXT_VERSION} WHERE task_id IN ({marks(task_ids)})",
        (why, at, until, *task_ids),
    )
