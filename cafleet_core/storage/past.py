"""A session's mail and agents at an earlier time, by the stamps of rows and by events.

Plain SQL. A message's stamps are never moved, so most of what was the case is in the rows
themselves; the events add what is overwritten: pushes, and the states of panes.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import UNREACHABLE
from cafleet_core.states import EventKind, PushOutcome, TaskState
from cafleet_core.storage.tasks import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry

_TRIED_AGAIN = ", ".join(f"'{reason}'" for reason in UNREACHABLE)

_SENT = f"""
    t.status_state <> '{TaskState.SCHEDULED}'
    AND (t.not_before IS NULL AND t.awaits IS NULL OR t.not_before <= m.at)
"""
_OPEN = f"""
    (t.acked_at IS NULL OR t.acked_at > m.at) AND ({_SENT})
    AND (t.status_state NOT IN ('{TaskState.CANCELED}', '{TaskState.FAILED}')
         OR t.status_timestamp > m.at)
"""
_UNTYPED = f"""
    (t.notified_at IS NULL OR t.notified_at > m.at)
    AND NOT (COALESCE(t.push_outcome, '') = '{PushOutcome.NONE}'
             AND COALESCE(t.push_reason, '') NOT IN ({_TRIED_AGAIN}))
"""
_MOMENT = "(SELECT CAST(? AS TEXT) AS at) AS m"

# the rows in their order are the quickest way through so many: no index has what is wanted,
# and the concatenations keep the engine from walking one
_WAITING = f"""
    SELECT t.context_id || '', COUNT(*),
      SUM(CASE WHEN t.read_at IS NULL OR t.read_at > m.at THEN 1 ELSE 0 END),
      MIN(t.created_at),
      SUM(CASE WHEN {_UNTYPED} THEN 1 ELSE 0 END),
      MIN(CASE WHEN {_UNTYPED} THEN t.created_at END)
    FROM tasks t CROSS JOIN {_MOMENT}
    WHERE t.seq < ? AND {_OPEN} AND t.to_agent_id IS NOT NULL AND t.created_at <= m.at
      AND t.session_id || '' = ?
    GROUP BY t.context_id || ''
"""

_LAST_ACTS = f"""
    SELECT a.agent_id,
      CASE WHEN a.last_sent_at <= m.at THEN a.last_sent_at ELSE
      (SELECT t.created_at FROM tasks t
       WHERE t.from_agent_id = a.agent_id AND t.seq < ? ORDER BY t.seq DESC LIMIT 1) END,
      CASE WHEN a.last_received_at <= m.at THEN a.last_received_at ELSE
      (SELECT t.created_at FROM tasks t
       WHERE t.context_id = a.agent_id AND t.to_agent_id IS NOT NULL AND t.seq < ?
       ORDER BY t.seq DESC LIMIT 1) END,
      CASE WHEN a.last_acked_at <= m.at THEN a.last_acked_at ELSE
      (SELECT MAX(t.acked_at) FROM tasks t
       WHERE t.context_id = a.agent_id AND t.acked_at <= m.at) END,
      (SELECT MAX(n.read_at) FROM
       (SELECT t.read_at FROM tasks t WHERE t.context_id = a.agent_id
        AND t.to_agent_id IS NOT NULL AND t.seq < ? ORDER BY t.seq DESC LIMIT 200) AS n
       WHERE n.read_at <= m.at),
      (SELECT MAX(n.status_timestamp) FROM
       (SELECT t.status_state, t.status_timestamp FROM tasks t
        WHERE t.from_agent_id = a.agent_id AND t.seq < ? ORDER BY t.seq DESC LIMIT 200) AS n
       WHERE n.status_state = 'canceled' AND n.status_timestamp <= m.at)
    FROM agents a CROSS JOIN {_MOMENT} WHERE a.session_id = ?
"""
"""An agent's last acts by a moment. Its row has the last of all, also of removed messages;
an index has each earlier one, except reading and cancelling, which are looked for among the
newest tasks."""

_NEXT_OPEN = f"""
    SELECT COALESCE((SELECT h.seq FROM tasks h WHERE h.task_id = t.origin_task_id), t.seq)
    FROM tasks t CROSS JOIN {_MOMENT}
    WHERE t.session_id = ? AND t.to_agent_id IS NOT NULL AND t.created_at <= m.at
      AND {{}} AND {_OPEN} ORDER BY t.seq {{}} LIMIT 1
"""


class Acts(NamedTuple):
    """Stamps of an agent's last acts, and of the last message sent to it."""

    sent: str | None = None
    received: str | None = None
    acked: str | None = None
    read: str | None = None
    canceled: str | None = None


class Waiting(NamedTuple):
    """How much waited for an agent, and since when the oldest did."""

    unacked: int = 0
    unread: int = 0
    oldest_unacked: str | None = None
    untyped: int = 0
    oldest_untyped: str | None = None


class Change(NamedTuple):
    """An event: its stamp, the id of its task or agent, the value before and after."""

    at: str
    reference: str
    old: str | None
    new: str | None
    detail: str | None = None


def waiting(
    registry: Registry, session_id: str, at: str, end: int
) -> dict[str, Waiting]:
    """The open tasks of each agent that had any, by agent id.

    Reads all tasks sent before the `seq` `end`.
    """
    rows = registry.rows(_WAITING, (at, end, session_id))
    return {row[0]: Waiting._make(row[1:]) for row in rows}


def last_acts(
    registry: Registry, session_id: str, at: str, end: int
) -> dict[str, Acts]:
    """The last acts of each agent by then, by agent id; `end` is the first later `seq`."""
    rows = registry.rows(_LAST_ACTS, (end, end, end, end, at, session_id))
    return {row[0]: Acts._make(row[1:]) for row in rows}


def next_open(
    registry: Registry, session_id: str, at: str, seq: int, newer: bool
) -> int | None:
    """The head's `seq` of the next message beyond `seq` that waited for an ack; None for none."""
    step, order = ("t.seq > ?", "ASC") if newer else ("t.seq < ?", "DESC")
    row = registry.row(_NEXT_OPEN.format(step, order), (at, session_id, seq))
    return row[0] if row else None


def pushed_since(registry: Registry, task_ids: Sequence[str], at: str) -> list[str]:
    """Those of the tasks whose push had another outcome at a stamp than their rows tell."""
    rows = registry.rows(
        "SELECT task_id FROM tasks"
        f" WHERE task_id IN ({marks(task_ids)}) AND (push_at > ? OR submitted_at > ?)",
        (*task_ids, at, at),
    )
    return [task_id for (task_id,) in rows]


def pushes(
    registry: Registry, session_id: str, task_ids: Sequence[str], since: str
) -> list[Change]:
    """What became of pushes of these tasks since a stamp, in order."""
    rows = registry.rows(
        "SELECT at, reference, old, new FROM events WHERE session_id = ? AND at >= ?"
        f" AND kind = '{EventKind.PUSHED}' AND reference IN ({marks(task_ids)})"
        " ORDER BY at, seq",
        (session_id, since, *task_ids),
    )
    return [Change(*row) for row in rows]


def last_of_each(
    registry: Registry, session_id: str, kind: EventKind, at: str
) -> dict[str, Change]:
    """Each agent's last event of a kind by then, by agent id: one walk back an agent."""
    rows = registry.rows(
        "SELECT e.at, e.agent_id, e.old, e.new, e.detail FROM agents a JOIN events e"
        " ON e.seq = (SELECT l.seq FROM events l WHERE l.session_id = a.session_id"
        "  AND l.at <= ? AND l.at >= a.registered_at AND l.agent_id = a.agent_id"
        "  AND l.kind = ? ORDER BY l.at DESC, l.seq DESC LIMIT 1)"
        " WHERE a.session_id = ? AND a.registered_at <= ?"
        " AND (a.status <> 'active'"
        "      OR a.agent_id IN (SELECT agent_id FROM agent_placements))",
        (at, kind, session_id, at),
    )
    return {row[1]: Change(*row) for row in rows}


def first_after(
    registry: Registry, session_id: str, agent_id: str, kind: EventKind, at: str
) -> Change | None:
    """An agent's first event of a kind after a stamp; None for none."""
    row = registry.row(
        "SELECT at, agent_id, old, new, detail FROM events WHERE session_id = ? AND at > ?"
        " AND agent_id = ? AND kind = ? ORDER BY at, seq LIMIT 1",
        (session_id, at, agent_id, kind),
    )
    return Change(*row) if row else None


def programs(registry: Registry, session_id: str) -> dict[str, str]:
    """The coding agents of members that were created in the session, by agent id."""
    rows = registry.rows(
        "SELECT agent_id, new FROM events WHERE session_id = ?"
        f" AND kind = '{EventKind.CREATED}' AND new IS NOT NULL",
        (session_id,),
    )
    return dict(rows)
