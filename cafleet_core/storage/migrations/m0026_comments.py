"""Revision 26: the comments of reviews, and how many each message has."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_STATEMENTS = (
    """
    CREATE TABLE comments (
        task_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        session_id TEXT NOT NULL REFERENCES sessions (session_id),
        path TEXT NOT NULL,
        line INTEGER NOT NULL,
        side TEXT NOT NULL,
        text TEXT NOT NULL,
        acked_at TEXT,
        PRIMARY KEY (task_id, number)
    )
    """,
    "ALTER TABLE tasks ADD COLUMN commented INTEGER NOT NULL DEFAULT 0",
    # an ack of one shows, and is an act of its recipient's, like that of a whole message
    """
    CREATE TRIGGER comments_acked AFTER UPDATE OF acked_at ON comments FOR EACH ROW
    WHEN NEW.acked_at IS NOT NULL BEGIN
        UPDATE sessions SET version = version + 1 WHERE session_id = NEW.session_id;
        UPDATE tasks SET version =
            (SELECT version FROM sessions WHERE session_id = NEW.session_id)
        WHERE task_id = NEW.task_id;
        UPDATE agents SET last_active_at = NEW.acked_at
        WHERE agent_id =
            (SELECT context_id FROM tasks WHERE task_id = NEW.task_id)
          AND COALESCE(last_active_at, '') < NEW.acked_at;
    END
    """,
)


def apply(registry: Registry) -> None:
    """Make the table and the column; no message is a review yet."""
    for statement in _STATEMENTS:
        registry.execute(statement)
