"""The outbox: leases on owed pushes, and their outcomes. Plain SQL, on the path of every send."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PushOutcome, TaskState, Transport
from cafleet_core.storage.tasks import CHANGED, marks
from cafleet_core.storage.unsettled_pushes import AT_WORK, OWED, UNCONFIRMED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import PushResult
    from cafleet_core.storage.registry import Registry, Statement
    from cafleet_core.storage.unsettled_pushes import Due, Horizons


def claim(host: str, due: Due, at: Horizons, beside: str = "") -> Statement:
    """Lease the owed pushes and the typed texts to confirm that nobody else has leased.

    Pushes to unreachable recipients are left until they are due, however many there are; a
    text is confirmed on the host where it was typed. It returns the tasks, in any order;
    the lease ends at `at.until`. Nothing is leased unless the task `beside` is stored, and no
    push to a recipient to whom another process is typing: the two would be in each other's
    way, and who types next takes along all that has come meanwhile.
    """
    recipients = list(dict.fromkeys((*due.owed_to, *due.typed_to)))
    owed_to = marks(due.owed_to)
    there = " AND EXISTS (SELECT 1 FROM tasks b WHERE b.task_id = ?)" if beside else ""
    return (
        f"UPDATE tasks SET push_claimed_until = ? WHERE context_id IN ({marks(recipients)})"
        f" AND status_state = '{TaskState.INPUT_REQUIRED}'"
        f" AND (context_id IN ({owed_to}) AND {OWED} AND context_id NOT IN"
        f"       (SELECT c.context_id FROM tasks c WHERE c.context_id IN ({owed_to})"
        f"        AND {AT_WORK})"
        f"      OR {UNCONFIRMED.format(t='')} AND EXISTS"
        "       (SELECT 1 FROM agent_placements p"
        f"        WHERE p.agent_id = context_id AND p.host = ?)){there} {CHANGED}",
        (
            *(at.until, *recipients, *due.owed_to, at.now, at.latest),
            *(at.now, at.now, at.later),
            *(*due.owed_to, at.recent, at.latest),
            *(at.since, at.before, at.now, host),
            *((beside,) if beside else ()),
        ),
    )


def record(
    task_ids: Sequence[str], result: PushResult, at: str, next_at: str | None
) -> Statement:
    """Record the result of a try and when the next is due, and end the leases.

    A text that reached the screen stamps `notified_at`; nothing more is owed then, nor for
    a task that was settled meanwhile. A task that another process has typed meanwhile keeps
    that result, and one that an inbox has not taken keeps its transport. It returns the
    tasks that were changed, as they are then.
    """
    way = result.transport or Transport.KEYS
    return (
        "UPDATE tasks SET push_outcome = ?, push_reason = ?,"
        " push_attempts = push_attempts + 1, push_at = ?,"
        " notified_at = COALESCE(?, notified_at),"
        " push_transport = COALESCE(push_transport, ?),"
        f" push_next_at = CASE status_state WHEN '{TaskState.INPUT_REQUIRED}' THEN ? END,"
        " push_claimed_until = NULL"
        f" WHERE task_id IN ({marks(task_ids)}) AND notified_at IS NULL {CHANGED}",
        (
            *(result.outcome, result.reason, at),
            *((at, way) if result.notified else (None, None)),
            next_at,
            *task_ids,
        ),
    )


def leave(task_ids: Sequence[str], reason: str, at: str) -> Statement:
    """Record why pushes wait for another machine, unless that one has leased or typed them."""
    return (
        f"UPDATE tasks SET push_outcome = '{PushOutcome.HELD}', push_reason = ?, push_at = ?"
        f" WHERE task_id IN ({marks(task_ids)}) AND push_outcome IS NULL"
        " AND notified_at IS NULL AND push_claimed_until IS NULL",
        (reason, at, *task_ids),
    )


def make_due(registry: Registry, recipient_id: str, at: str) -> None:
    """Make the pushes to a recipient due at `at` that were to be retried later."""
    registry.execute(
        "UPDATE tasks SET push_next_at = ? WHERE context_id = ? AND push_next_at > ?"
        f" AND status_state = '{TaskState.INPUT_REQUIRED}' AND notified_at IS NULL",
        (at, recipient_id, at),
    )


def reserve(task_ids: Sequence[str], until: str) -> Statement:
    """Lease typed texts until then: no other process confirms them."""
    return (
        f"UPDATE tasks SET push_claimed_until = ? WHERE task_id IN ({marks(task_ids)})",
        (until, *task_ids),
    )


def confirm(task_ids: Sequence[str], at: str) -> Statement:
    """Record that typed texts have left their agents' input boxes."""
    return (
        "UPDATE tasks SET submitted_at = ?, push_reason = NULL, push_claimed_until = NULL"
        f" WHERE task_id IN ({marks(task_ids)})",
        (at, *task_ids),
    )


def take_back(task_ids: Sequence[str], why: str, at: str) -> Statement:
    """Owe messages again, by keys, that an agent's own inbox has provably not taken."""
    return (
        "UPDATE tasks SET notified_at = NULL, push_claimed_until = NULL, push_at = ?,"
        f" push_outcome = '{PushOutcome.HELD}', push_reason = ?,"
        f" push_transport = '{Transport.KEYS_INSTEAD}', push_next_at = ?"
        f" WHERE task_id IN ({marks(task_ids)})"
        f" AND status_state = '{TaskState.INPUT_REQUIRED}' AND read_at IS NULL",
        (at, why, at, *task_ids),
    )


def doubt(task_ids: Sequence[str], why: str, at: str, until: str | None) -> Statement:
    """Record why typed texts are not confirmed; nobody looks again before `until`."""
    return (
        "UPDATE tasks SET push_reason = ?, push_at = ?, push_claimed_until = ?"
        f" WHERE task_id IN ({marks(task_ids)})",
        (why, at, until, *task_ids),
    )
