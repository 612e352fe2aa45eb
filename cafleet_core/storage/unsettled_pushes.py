"""Unsettled pushes: what is owed and what is to be confirmed, by session and host. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import UNREACHABLE
from cafleet_core.states import PushOutcome, PushReason, TaskState, Transport
from cafleet_core.storage.tasks import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry

_UNREACHABLE = ", ".join(f"'{reason}'" for reason in UNREACHABLE)

OWED = f"""
    notified_at IS NULL AND push_next_at > ''
    AND (push_claimed_until IS NULL OR push_claimed_until NOT BETWEEN ? AND ?)
    AND (expires_at IS NULL OR expires_at > ?)
    AND (push_reason IS NULL OR push_next_at NOT BETWEEN ? AND ?
         OR push_reason NOT IN ({_UNREACHABLE}))
"""
"""A push that nobody is at, by `now, latest, now, now, later` of its horizons."""

_TYPED = f"""
    {{t}}notified_at > ? AND {{t}}submitted_at IS NULL
    AND ({{t}}read_at IS NULL OR {{t}}push_transport <> '{Transport.INBOX}')
    AND {{t}}status_state = '{TaskState.INPUT_REQUIRED}'
    AND {{t}}push_outcome = '{PushOutcome.DELIVERED}'
    AND ({{t}}push_reason IS NULL
         OR {{t}}push_reason IN ('{PushReason.ENTER_AGAIN}', '{PushReason.INBOX_HELD}'))
"""
"""A message that was read all the same may still stand in the input box, and be in the way."""

UNCONFIRMED = f"""
    {_TYPED} AND {{t}}notified_at <= ?
    AND ({{t}}push_claimed_until IS NULL OR {{t}}push_claimed_until <= ?)
"""
"""A typed text to confirm that nobody is at, by `since, before, now` of its horizons."""

AT_WORK = f"""
    c.status_state = '{TaskState.INPUT_REQUIRED}' AND c.notified_at IS NULL
    AND c.push_claimed_until BETWEEN ? AND ?
"""
"""A task `c` by whose claim somebody types to its recipient, by `recent, latest` of its horizons."""


class Horizons(NamedTuple):
    """Stamps between which what is stored counts.

    A claim ends at `until`. One that ends beyond `latest`, or a try that is due beyond `later`,
    was stamped by a clock that has been set back since, and is ignored. One that ends between
    `until` and `latest` holds: whoever made it has read its clock later, and committed sooner.
    What was typed after `since`, and by `before`, is to be confirmed. Whoever has made a claim
    that ends after `recent` is still typing.
    """

    now: str
    until: str
    latest: str
    later: str
    since: str
    before: str
    recent: str


class Due(NamedTuple):
    """Agents to whom a push is owed, and those at whom a typed text is to be confirmed."""

    owed_to: list[str]
    typed_to: list[str]


def held(registry: Registry, session_id: str) -> tuple[int, str | None]:
    """Number of a session's unpushed messages to agents with a pane, and the oldest one's stamp.

    Messages to agents without a pane are polled, or read in the control room.
    """
    [(count, oldest)] = registry.rows(
        # the concatenation keeps the engine from walking all that is open in the session
        "SELECT COUNT(*), MIN(created_at) FROM tasks"
        " WHERE push_next_at > '' AND session_id || '' = ? AND notified_at IS NULL"
        f" AND status_state = '{TaskState.INPUT_REQUIRED}'"
        " AND context_id IN (SELECT agent_id FROM agent_placements)",
        (session_id,),
    )
    return count, oldest


def held_recipients(registry: Registry, session_id: str) -> list[str]:
    """The names of those to whom such messages are, the one who waits longest first."""
    rows = registry.rows(
        "SELECT a.name, MIN(t.created_at) AS oldest FROM tasks t"
        " JOIN agents a ON a.agent_id = t.context_id"
        " WHERE t.push_next_at > '' AND t.session_id || '' = ? AND t.notified_at IS NULL"
        f" AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
        " AND t.context_id IN (SELECT agent_id FROM agent_placements)"
        " GROUP BY a.agent_id, a.name ORDER BY oldest, a.name",
        (session_id,),
    )
    return [name for name, _ in rows]


def due(registry: Registry, host: str, at: Horizons) -> dict[str, Due]:
    """By session, the recipients on this host at whom something is to be settled by now."""
    rows = registry.rows(
        "SELECT DISTINCT 1, t.session_id, t.context_id FROM tasks t"
        " JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?"
        " WHERE t.push_next_at > '' AND t.push_next_at NOT BETWEEN ? AND ?"
        f" AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
        " AND (t.push_claimed_until IS NULL"
        "      OR t.push_claimed_until NOT BETWEEN ? AND ?)"
        " UNION ALL SELECT DISTINCT 0, t.session_id, t.context_id FROM tasks t"
        " JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?"
        f" WHERE {UNCONFIRMED.format(t='t.')}",
        (
            *(host, at.now, at.later, at.now, at.latest),
            *(host, at.since, at.before, at.now),
        ),
    )
    due: dict[str, Due] = {}
    for owed, session_id, agent_id in rows:
        agents = due.setdefault(session_id, Due([], []))
        (agents.owed_to if owed else agents.typed_to).append(agent_id)
    return due


def handed(
    registry: Registry, agent_ids: Sequence[str], since: str
) -> list[tuple[str, int]]:
    """The id of a recipient, and how many messages its own inbox got at once, for each time
    after the stamp `since`."""
    return registry.rows(
        "SELECT context_id, COUNT(*) FROM tasks"
        f" WHERE context_id IN ({marks(agent_ids)}) AND notified_at > ?"
        f" AND push_transport = '{Transport.INBOX}' GROUP BY context_id, notified_at",
        (*agent_ids, since),
    )


_REACHABLE = (
    f"CASE WHEN COALESCE(t.push_reason, '') IN ({_UNREACHABLE}) THEN 0 ELSE 1 END"
)

_WORK = f"""
    SELECT t.session_id, p.tmux_socket, {_REACHABLE} AS reachable, 1 AS held, 1 AS shows,
           0 AS typed, t.expires_at,
           CASE WHEN t.push_claimed_until > t.push_next_at THEN t.push_claimed_until
                ELSE t.push_next_at END AS due_at
    FROM tasks t JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?
    WHERE t.push_next_at > '' AND t.notified_at IS NULL
    AND t.status_state = '{TaskState.INPUT_REQUIRED}'
    UNION ALL
    SELECT t.session_id, p.tmux_socket, 1, 0, 1, 1, NULL,
           CASE WHEN t.push_claimed_until > t.notified_at THEN t.push_claimed_until
                ELSE t.notified_at END
    FROM tasks t JOIN agent_placements p ON p.agent_id = t.context_id AND p.host = ?
    WHERE {_TYPED.format(t="t.")} AND t.read_at IS NULL
    UNION ALL
    SELECT t.session_id, p.tmux_socket, 1, 0,
           CASE WHEN t.awaits IS NULL THEN 0 ELSE 1 END, 0, t.expires_at, t.not_before
    FROM tasks t LEFT JOIN agent_placements p ON p.agent_id = t.context_id
    WHERE t.status_state = '{TaskState.SCHEDULED}' AND COALESCE(p.host, ?) = ?
    UNION ALL
    SELECT a.session_id, p.tmux_socket, 1, 0, 1, 0, NULL, NULL
    FROM agent_placements p JOIN agents a ON a.agent_id = p.agent_id
    WHERE p.host = ? AND p.execution IS NOT NULL
"""
"""All that is unsettled on a host, typed after a stamp where it is to be confirmed.

Its values are the host twice, that stamp, and the host three times. What is scheduled for an
agent without a pane is every host's, and has no socket. A command that runs in a pane is
looked after until its end is told, by itself or by who finds it lost.

A typed text that was read is looked after by who looks at its pane anyway: no command of an
agent that has just polled costs a look for it.

`shows` is 1 where a look at the panes may tell that it can go on.
"""


def work(
    registry: Registry, host: str, session_id: str, since: str
) -> tuple[int, int, int, str | None]:
    """Unsettled pushes of a session on a host, and when the first is due.

    Three numbers: pushes that a pane could take; those, the texts typed after the stamp
    `since` that are to be confirmed, scheduled messages, and commands that run in panes; and all for which the panes
    are looked at: not for what waits for a time, but for pushes to unreachable recipients.
    """
    row = registry.row(
        "SELECT COALESCE(SUM(w.reachable * w.held), 0), COALESCE(SUM(w.reachable), 0),"
        f" COALESCE(SUM(w.shows), 0), MIN(w.due_at) FROM ({_WORK}) AS w WHERE w.session_id = ?",
        (host, host, since, host, host, host, session_id),
    )
    return row[0], row[1], row[2], row[3]


def unsettled(
    registry: Registry, host: str, at: Horizons, soon: str
) -> tuple[bool, bool]:
    """Whether anything is unsettled on a host; and whether that is so by the stamp `soon`.

    A text is not to be confirmed by then that was typed after `at.before`.
    """
    row = registry.row(
        "SELECT COUNT(*), COUNT(CASE WHEN w.due_at NOT BETWEEN"
        " CASE WHEN w.typed = 1 THEN ? ELSE ? END AND ? OR w.expires_at <= ? THEN 1 END)"
        f" FROM ({_WORK}) AS w",
        (
            *(at.before, soon, at.later, soon),
            *(host, host, at.since, host, host, host),
        ),
    )
    return bool(row[0]), bool(row[1])


def sessions_with_work(
    registry: Registry, host: str, since: str
) -> list[tuple[str, str | None, str | None, str | None]]:
    """The sessions on a host with a push to make or to confirm, now or later.

    Each as (session id, tmux socket of one recipient, holder and last sign of its claim); no
    socket where no recipient has a pane.
    """
    return registry.rows(
        "SELECT w.session_id, MIN(w.tmux_socket), m.holder, m.heartbeat_at"
        f" FROM ({_WORK}) AS w LEFT JOIN monitors m"
        " ON m.session_id = w.session_id AND m.host = ?"
        " WHERE w.reachable = 1 GROUP BY w.session_id, m.holder, m.heartbeat_at",
        (host, host, since, host, host, host, host),
    )


def untried(
    registry: Registry, task_ids: Sequence[str], at: Horizons
) -> dict[str, bool]:
    """The recipients of those of these tasks that nobody has tried to push yet, by their ids.

    Whether what each is owed can be claimed now: nobody types to it, nor has claimed a task.
    """
    rows = registry.rows(
        "SELECT t.context_id, CASE WHEN t.push_claimed_until BETWEEN ? AND ?"
        " OR EXISTS (SELECT 1 FROM tasks c"
        f" WHERE c.context_id = t.context_id AND {AT_WORK}) THEN 0 ELSE 1 END"
        f" FROM tasks t WHERE t.task_id IN ({marks(task_ids)}) AND t.push_outcome IS NULL"
        f" AND t.push_next_at > '' AND t.status_state = '{TaskState.INPUT_REQUIRED}'"
        " AND (t.expires_at IS NULL OR t.expires_at > ?)",
        (at.now, at.latest, at.recent, at.latest, *task_ids, at.now),
    )
    free: dict[str, bool] = {}
    for agent_id, is_free in rows:
        free[agent_id] = free.get(agent_id, True) and bool(is_free)
    return free
