"""Session rows."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def insert(registry: Registry, session_id: str, label: str | None, at: str) -> None:
    """Store a session without a Director."""
    registry.execute(
        "INSERT INTO sessions (session_id, label, created_at) VALUES (?, ?, ?)",
        (session_id, label, at),
    )


def set_director(registry: Registry, session_id: str, agent_id: str) -> None:
    """Set a session's Director."""
    registry.execute(
        "UPDATE sessions SET director_agent_id = ? WHERE session_id = ?",
        (agent_id, session_id),
    )


def without_administrator(registry: Registry) -> list[str]:
    """The ids of the live sessions that have no Administrator."""
    rows = registry.rows(
        """
        SELECT session_id FROM sessions s WHERE deleted_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM agents a
             WHERE a.session_id = s.session_id AND a.kind = 'administrator')
        """
    )
    return [session_id for (session_id,) in rows]


def delete(registry: Registry, session_id: str, at: str) -> int:
    """Stamp a session as deleted and deregister its agents; returns how many were active."""
    registry.execute(
        "UPDATE sessions SET deleted_at = ? WHERE session_id = ? AND deleted_at IS NULL",
        (at, session_id),
    )
    registry.execute(
        """
        DELETE FROM agent_placements
        WHERE agent_id IN (SELECT agent_id FROM agents WHERE session_id = ?)
        """,
        (session_id,),
    )
    registry.execute("DELETE FROM file_uses WHERE session_id = ?", (session_id,))
    dissolved = registry.execute(
        """
        UPDATE agents SET status = 'deregistered', deregistered_at = ?
        WHERE session_id = ? AND status = 'active'
        """,
        (at, session_id),
    )
    return dissolved.rowcount
