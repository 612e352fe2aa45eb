"""Revision 8: the tables themselves number what changes, and keep who has acted when.

A session's counter is moved with each change of a task that shows, and the task gets its
new value: so versions are given in the order of the commits, no statement can forget to,
and nobody looks for the highest. Sending, reading and acking are an agent's own acts.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

SHOWN = (
    *("status_state", "read_at", "acked_at", "notified_at"),
    *("push_outcome", "push_reason", "submitted_at"),
)
"""The columns of a task whose changes a reader is to see."""

NUMBER = """
    UPDATE sessions SET version = version + 1 WHERE session_id = NEW.session_id;
    UPDATE tasks SET version =
        (SELECT version FROM sessions WHERE session_id = NEW.session_id)
    WHERE seq = NEW.seq;
"""

_STATEMENTS = (
    "ALTER TABLE sessions ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE sessions SET version = COALESCE(
        (SELECT MAX(version) FROM tasks WHERE session_id = sessions.session_id), 0)
    """,
    "DROP INDEX tasks_version",
    f"""
    CREATE TRIGGER tasks_created AFTER INSERT ON tasks BEGIN
        {NUMBER}
        UPDATE agents SET last_active_at = NEW.created_at
        WHERE agent_id = NEW.from_agent_id
          AND COALESCE(last_active_at, '') < NEW.created_at;
    END
    """,
    f"""
    CREATE TRIGGER tasks_changed AFTER UPDATE OF {", ".join(SHOWN)} ON tasks
    WHEN {" OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in SHOWN)}
    BEGIN
        {NUMBER}
    END
    """,
    """
    CREATE TRIGGER tasks_handled AFTER UPDATE OF read_at, acked_at ON tasks
    WHEN NEW.read_at IS NOT OLD.read_at OR NEW.acked_at IS NOT OLD.acked_at
    BEGIN
        UPDATE agents SET last_active_at = COALESCE(NEW.acked_at, NEW.read_at)
        WHERE agent_id = NEW.context_id
          AND COALESCE(last_active_at, '') < COALESCE(NEW.acked_at, NEW.read_at);
    END
    """,
)


def apply(registry: Registry) -> None:
    """Add the counter, where the session's newest task stands, and what moves it."""
    for statement in _STATEMENTS:
        registry.execute(statement)
