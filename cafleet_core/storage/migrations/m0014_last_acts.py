"""Revision 14: an agent's last message sent, message received and ack, kept in its row.

A list of agents read them from the messages, three searches for each. A message that is
removed later moves none of them: it was sent.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.migrations.m0008_versions import NUMBER

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_COLUMNS = ("last_sent_at TEXT", "last_received_at TEXT", "last_acked_at TEXT")

_FILL = """
    UPDATE agents SET
        last_sent_at = (SELECT created_at FROM tasks
            WHERE from_agent_id = agents.agent_id ORDER BY seq DESC LIMIT 1),
        last_received_at = (SELECT created_at FROM tasks
            WHERE context_id = agents.agent_id AND to_agent_id IS NOT NULL
            ORDER BY seq DESC LIMIT 1),
        last_acked_at = (SELECT MAX(acked_at) FROM tasks
            WHERE context_id = agents.agent_id AND acked_at IS NOT NULL)
"""


def _stamping(agent: str, **stamps: str) -> str:
    """A statement that moves columns of an agent to stamps that are later, if any is."""
    later = {
        column: f"COALESCE({column}, '') < {stamp}" for column, stamp in stamps.items()
    }
    moved = ", ".join(
        f"{column} = CASE WHEN {later[column]} THEN {stamp} ELSE {column} END"
        for column, stamp in stamps.items()
    )
    return (
        f"UPDATE agents SET {moved} WHERE agent_id = {agent}"
        f" AND ({' OR '.join(later.values())});"
    )


SENT = _stamping(
    "NEW.from_agent_id", last_active_at="NEW.created_at", last_sent_at="NEW.created_at"
)
RECEIVED = _stamping(
    "NEW.to_agent_id", last_received_at="NEW.created_at", last_acked_at="NEW.acked_at"
)
_HANDLED = _stamping(
    "NEW.context_id",
    last_active_at="COALESCE(NEW.acked_at, NEW.read_at)",
    last_acked_at="NEW.acked_at",
)

_TRIGGERS = (
    "DROP TRIGGER tasks_created",
    f"CREATE TRIGGER tasks_created AFTER INSERT ON tasks BEGIN {NUMBER} {SENT} {RECEIVED} END",
    "DROP TRIGGER tasks_handled",
    "CREATE TRIGGER tasks_handled AFTER UPDATE OF read_at, acked_at ON tasks"
    " WHEN NEW.read_at IS NOT OLD.read_at OR NEW.acked_at IS NOT OLD.acked_at"
    f" BEGIN {_HANDLED} END",
)


def apply(registry: Registry) -> None:
    """Add the columns, filled from the messages that there are, and what moves them."""
    for column in _COLUMNS:
        registry.execute(f"ALTER TABLE agents ADD COLUMN {column}")
    registry.execute(_FILL)
    for statement in _TRIGGERS:
        registry.execute(statement)
