"""Find sessions, agents and tasks by a caller's reference. Plain SQL: every command starts here."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.ids import SHORTEST_PREFIX
from cafleet_core.records import Agent, Session
from cafleet_core.states import AgentKind, AgentStatus
from cafleet_core.storage.rows import agent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry, Statement

_SESSION = f"""
    SELECT s.session_id, s.label, s.created_at, s.deleted_at, s.director_agent_id,
           (SELECT agent_id FROM agents
            WHERE session_id = s.session_id AND kind = '{AgentKind.ADMINISTRATOR}')
    FROM sessions s
"""

_AGENT_COLUMNS = """
    a.agent_id, a.session_id, a.name, a.description, a.status, a.kind, a.skills,
    a.registered_at, a.deregistered_at, a.last_active_at, a.note
"""

_PLACEMENT_COLUMNS = """
    p.director_agent_id, p.host, p.tmux_socket, p.tmux_server_pid, p.tmux_server_started,
    p.tmux_session, p.tmux_window_id, p.tmux_pane_id, p.coding_agent, p.process_names,
    p.pane_state, p.pane_state_since, p.created_at, p.cues, p.operation,
    p.pane_pid, p.pane_started, p.program_pid, p.program_started, p.sender_key,
    p.question, p.inbox_refusals, p.execution, p.parked_until
"""

AGENT = f"""
    SELECT {_AGENT_COLUMNS}, {_PLACEMENT_COLUMNS}
    FROM agents a LEFT JOIN agent_placements p ON p.agent_id = a.agent_id
"""
"""Selects the columns that `rows.agent_of` reads."""

_PEOPLE = f"""
    SELECT {_AGENT_COLUMNS}, {_PLACEMENT_COLUMNS}, m.reference,
           s.session_id, s.label, s.created_at, s.deleted_at, s.director_agent_id,
           (SELECT agent_id FROM agents
            WHERE session_id = s.session_id AND kind = '{AgentKind.ADMINISTRATOR}')
    FROM meant m JOIN agents a ON a.agent_id = m.agent_id
    JOIN sessions s ON s.session_id = a.session_id
    LEFT JOIN agent_placements p ON p.agent_id = a.agent_id
    WHERE m.reference IS NOT NULL OR a.status = 'active' ORDER BY p.created_at DESC
"""
"""The agents that references name, and without one those that are placed. The materialised
table keeps the engine from repeating this for each way in which a reference may match."""

_REFERENCE, _SESSION_FROM = -7, -6


class People(NamedTuple):
    """The agents that a command may come from and those that it names, read at once.

    `above` are the agents whose pane's first process is one of those asked for, newest
    first; `named` the agents of those references that are whole ids or names; `sessions`
    those of all of them, by id.
    """

    above: list[Agent]
    named: dict[str, Agent]
    sessions: dict[str, Session]


NOBODY = People([], {}, {})


def sessions(registry: Registry, reference: str) -> list[Session]:
    """The sessions that `reference` may mean: by id, else by label, else by prefix.

    Deleted ones are meant by their ids alone.
    """
    ways: list[tuple[str, tuple[str, ...]]] = [
        ("s.session_id = ?", (reference,)),
        ("s.label = ? AND s.deleted_at IS NULL", (reference,)),
    ]
    if len(reference) >= SHORTEST_PREFIX:
        ways.append(("s.session_id >= ? AND s.session_id < ?", prefix_range(reference)))
    for condition, values in ways:
        rows = registry.rows(f"{_SESSION} WHERE {condition} LIMIT 20", values)
        if rows:
            return [Session(*row) for row in rows]
    return []


def live_sessions(registry: Registry) -> list[Session]:
    """The sessions that are not deleted, the newest first."""
    rows = registry.rows(
        f"{_SESSION} WHERE s.deleted_at IS NULL ORDER BY s.created_at DESC"
    )
    return [Session(*row) for row in rows]


def labelled(registry: Registry, label: str) -> str | None:
    """The id of a live session with this label."""
    rows = registry.rows(
        "SELECT session_id FROM sessions WHERE label = ? AND deleted_at IS NULL LIMIT 1",
        (label,),
    )
    return rows[0][0] if rows else None


def labels(registry: Registry) -> list[tuple[str, str]]:
    """The labels of the live sessions with their session ids, oldest first."""
    return registry.rows(
        "SELECT label, session_id FROM sessions"
        " WHERE deleted_at IS NULL AND label IS NOT NULL ORDER BY created_at"
    )


def agents(registry: Registry, session_id: str | None, reference: str) -> list[Agent]:
    """The agents that `reference` may mean: by id, else active by name, else by prefix.

    Of one session where `session_id` is given; names count only there.
    """
    # the concatenation keeps SQLite from walking all agents of the session
    within, scope = (
        ("", ()) if session_id is None else (" AND session_id || '' = ?", (session_id,))
    )
    ways: list[tuple[str, tuple[str, ...]]] = [("agent_id = ?", (reference,))]
    if session_id is not None:
        ways.append(
            (
                "name = ? AND status = 'active' AND session_id = ?",
                (reference, session_id),
            )
        )
    if len(reference) >= SHORTEST_PREFIX:
        ways.append(("agent_id >= ? AND agent_id < ?", prefix_range(reference)))
    meant = " UNION ALL ".join(
        f"SELECT agent_id AS meant_id, {rank} AS way FROM agents WHERE {way}{within}"
        for rank, (way, _) in enumerate(ways)
    )
    rows = registry.rows(
        f"WITH m AS MATERIALIZED ({meant})"
        f" SELECT {_AGENT_COLUMNS}, {_PLACEMENT_COLUMNS}, m.way FROM m"
        " JOIN agents a ON a.agent_id = m.meant_id"
        " LEFT JOIN agent_placements p ON p.agent_id = a.agent_id"
        " ORDER BY m.way LIMIT 40",
        [value for _, values in ways for value in (*values, *scope)],
    )
    return [agent_of(row[:-1]) for row in rows if row[-1] == rows[0][-1]][:20]


def by_ids(registry: Registry, agent_ids: Sequence[str]) -> list[Agent]:
    """The agents with exactly these ids."""
    if not agent_ids:
        return []
    marks = ", ".join("?" * len(agent_ids))
    rows = registry.rows(f"{AGENT} WHERE a.agent_id IN ({marks})", agent_ids)
    return [agent_of(row) for row in rows]


def active_agents(registry: Registry, session_id: str) -> list[Agent]:
    """The active agents of a session, in the order of their registration."""
    rows = registry.rows(
        f"{AGENT} WHERE a.session_id = ? AND a.status = ? ORDER BY a.registered_at, a.kind DESC, a.agent_id",
        (session_id, AgentStatus.ACTIVE),
    )
    return [agent_of(row) for row in rows]


def active_among(registry: Registry, agent_ids: Sequence[str]) -> set[str]:
    """Those of these agents that are active."""
    marks = ", ".join("?" * len(agent_ids))
    rows = registry.rows(
        f"SELECT agent_id FROM agents WHERE agent_id IN ({marks}) AND status = ?",
        (*agent_ids, AgentStatus.ACTIVE),
    )
    return {agent_id for (agent_id,) in rows}


def all_agents(registry: Registry, session_id: str) -> list[Agent]:
    """Every agent of a session, deregistered ones too, in the order of registration."""
    rows = registry.rows(
        f"{AGENT} WHERE a.session_id = ?"
        " ORDER BY a.registered_at, a.kind DESC, a.agent_id",
        (session_id,),
    )
    return [agent_of(row) for row in rows]


def pane_agents(
    registry: Registry, host: str, socket: str, server_pid: int, pane_id: str
) -> list[Agent]:
    """The active agents placed in one pane of a running tmux server of a host, newest first."""
    rows = registry.rows(
        f"{AGENT} WHERE p.tmux_pane_id = ? AND p.tmux_server_pid = ? AND p.tmux_socket = ?"
        " AND p.host = ? AND a.status = 'active' ORDER BY p.created_at DESC",
        (pane_id, server_pid, socket, host),
    )
    return [agent_of(row) for row in rows]


def agents_on(registry: Registry, host: str) -> list[Agent]:
    """The active agents placed on a host, in all sessions."""
    rows = registry.rows(
        f"{AGENT} WHERE p.host = ? AND a.status = 'active'"
        " ORDER BY a.registered_at, a.agent_id",
        (host,),
    )
    return [agent_of(row) for row in rows]


def people(
    registry: Registry,
    host: str,
    pids: Sequence[int],
    session_id: str | None,
    references: Sequence[str],
) -> People:
    """The agents whose pane on a host began with one of `pids`, and those that are named.

    Read in one statement. Restricted to the session with the whole id `session_id`, where
    that is given; names count only there.
    """
    known = People([], {}, {})
    for row in registry.rows(*_meant(host, pids, session_id, references)):
        agent = agent_of(row[:_REFERENCE])
        if row[_REFERENCE] is None:
            known.above.append(agent)
        else:
            known.named[row[_REFERENCE]] = agent
        known.sessions[agent.session_id] = Session(*row[_SESSION_FROM:])
    return known


def _meant(
    host: str, pids: Sequence[int], session_id: str | None, references: Sequence[str]
) -> Statement:
    marks = ", ".join("?" * len(pids))
    ways = [
        "SELECT agent_id, NULL AS reference FROM agent_placements"
        f" WHERE pane_pid IN ({marks}) AND host = ?"
    ]
    values: list[object] = [*references, *pids, host]
    wanted = ""
    if references:
        wanted = (
            f"wanted (reference) AS (VALUES {', '.join(['(?)'] * len(references))}), "
        )
        named = "SELECT n.agent_id, w.reference FROM wanted w JOIN agents n ON"
        if session_id is None:
            ways.append(f"{named} n.agent_id = w.reference")
        else:
            ways.append(f"{named} n.agent_id = w.reference AND n.session_id || '' = ?")
            ways.append(
                f"{named} n.name = w.reference AND n.status = 'active' AND n.session_id = ?"
            )
            values += [session_id, session_id]
    meant = " UNION ALL ".join(ways)
    return f"WITH {wanted}meant AS MATERIALIZED ({meant}) {_PEOPLE}", values


def prefix_range(prefix: str) -> tuple[str, str]:
    """Bounds of the ids that begin with `prefix`: the lower included, the upper not."""
    return prefix, prefix + "\U0010ffff"
