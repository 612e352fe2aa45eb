"""Claims on sessions by the process that looks after each, and concerns already told. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def claim(registry: Registry, session_id: str, host: str) -> tuple[str, str] | None:
    """The claim on a session on a host as (holder, stamp of its last sign); None if unclaimed."""
    row = registry.row(
        "SELECT holder, heartbeat_at FROM monitors WHERE session_id = ? AND host = ?",
        (session_id, host),
    )
    return (row[0], row[1]) if row else None


def claims(registry: Registry, host: str) -> dict[str, tuple[str, str]]:
    """Every claim on a host: session id to (holder, stamp of its last sign)."""
    rows = registry.rows(
        "SELECT session_id, holder, heartbeat_at FROM monitors WHERE host = ?", (host,)
    )
    return {session_id: (holder, at) for session_id, holder, at in rows}


def all_claims(registry: Registry) -> list[tuple[str, str, str]]:
    """Every claim on every host as (session id, holder, stamp of its last sign)."""
    return registry.rows("SELECT session_id, holder, heartbeat_at FROM monitors")


def hold(registry: Registry, session_id: str, host: str, holder: str, at: str) -> None:
    """Claim a session on a host, or renew the claim; an earlier holder loses it."""
    registry.execute(
        "INSERT INTO monitors (session_id, host, holder, heartbeat_at)"
        " VALUES (?, ?, ?, ?) ON CONFLICT (session_id, host) DO UPDATE"
        " SET holder = excluded.holder, heartbeat_at = excluded.heartbeat_at",
        (session_id, host, holder, at),
    )


def hand_over(registry: Registry, session_id: str, holder: str, to: str) -> None:
    """Pass a claim on to another holder, unless `holder` has lost it."""
    registry.execute(
        "UPDATE monitors SET holder = ? WHERE session_id = ? AND holder = ?",
        (to, session_id, holder),
    )


def release(registry: Registry, session_id: str, holder: str) -> None:
    """Release a holder's claim on every host name, so that the next process need not wait."""
    registry.execute(
        "DELETE FROM monitors WHERE session_id = ? AND holder = ?", (session_id, holder)
    )


def told(registry: Registry, session_id: str) -> set[tuple[str, str]]:
    """Concerns about a session's agents of which a Director was told, as (agent id, condition)."""
    rows = registry.rows(
        "SELECT w.agent_id, w.condition FROM wakes w"
        " JOIN agents a ON a.agent_id = w.agent_id WHERE a.session_id = ?",
        (session_id,),
    )
    return {(agent_id, condition) for agent_id, condition in rows}


def remember(registry: Registry, agent_id: str, condition: str, at: str) -> None:
    """Record that a Director was told of a concern."""
    registry.execute(
        "INSERT INTO wakes (agent_id, condition, at) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (agent_id, condition, at),
    )


def forget(registry: Registry, agent_id: str, condition: str) -> None:
    """Remove a concern that has passed: if it comes back, the Director is told again."""
    registry.execute(
        "DELETE FROM wakes WHERE agent_id = ? AND condition = ?", (agent_id, condition)
    )


def keep_state(
    registry: Registry, agent_id: str, state: str, at: str, question: str | None = None
) -> None:
    """An agent's pane was seen in a state, asking a question, at `at`; since then, if in another."""
    registry.execute(
        "UPDATE agent_placements SET question = ?, pane_state_since ="
        " CASE WHEN pane_state = ? THEN pane_state_since ELSE ? END, pane_state = ?"
        " WHERE agent_id = ?",
        (question, state, at, state, agent_id),
    )
