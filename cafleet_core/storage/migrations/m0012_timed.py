"""Revision 12: messages that wait for a time or for an agent, and screens that are kept.

A message that waits is a task in a state of its own, so that nothing that reads open
deliveries sees it. What it waits for at an agent is seen by a trigger of the events: in the
transaction of the change, whoever makes it.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Awaited, EventKind, PaneState, TaskState

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_ADMIT = (
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_schema SET sql ="
    " replace(sql, '(''input_required'',', '(''scheduled'', ''input_required'',')"
    " WHERE type = 'table' AND name = 'tasks'",
    "PRAGMA writable_schema = RESET",
)
"""Changes a constraint, which touches no row: https://sqlite.org/lang_altertable.html, 8."""

_COLUMNS = (
    "not_before TEXT",
    "every TEXT",
    "expires_at TEXT",
    "urgent INTEGER NOT NULL DEFAULT 0",
    "awaits TEXT",
)

_SCREENS = """
    CREATE TABLE screens (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        session_id TEXT NOT NULL,
        agent_id TEXT NOT NULL,
        state TEXT NOT NULL,
        screen TEXT NOT NULL
    )
"""

_HEAD = "(NEW.origin_task_id IS NULL OR NEW.origin_task_id = NEW.task_id)"
_EVENT = (
    "INSERT INTO events (at, agent_id, kind, old, new, session_id, reference) VALUES"
    " ({at}, {who}, {kind}, {old}, {new}, NEW.session_id, NEW.task_id)"
)
_SETTLED = f"""
    CASE NEW.status_state WHEN '{TaskState.COMPLETED}' THEN '{EventKind.ACKED}'
        WHEN '{TaskState.CANCELED}' THEN '{EventKind.CANCELED}'
        ELSE '{EventKind.FAILED}' END
"""
_ACTOR = f"""
    CASE NEW.status_state WHEN '{TaskState.CANCELED}' THEN NEW.from_agent_id
        ELSE NEW.context_id END
"""


def _on_task(name: str, change: str, when: str, **values: str) -> str:
    """A trigger of the tasks that records an event."""
    return (
        f"CREATE TRIGGER tasks_recorded_{name} AFTER {change} ON tasks FOR EACH ROW"
        f" WHEN {when} BEGIN {_EVENT.format(**values)}; END"
    )


_GONE = f"NEW.kind IN ('{EventKind.DIED}', '{EventKind.LEFT}')"
_COMES = {
    Awaited.EXIT: _GONE,
    Awaited.IDLE: f"({_GONE} OR NEW.kind = '{EventKind.STATE}' AND NEW.new = '{PaneState.IDLE}')",
    Awaited.ACK: f"({_GONE} OR NEW.kind = '{EventKind.ACKED}' AND EXISTS"
    " (SELECT 1 FROM tasks m WHERE m.task_id = NEW.reference"
    "  AND m.from_agent_id = tasks.context_id))",
}
_COME = " OR ".join(
    f"awaits = NEW.agent_id || ' {awaited}' AND {condition}"
    for awaited, condition in _COMES.items()
)

_TRIGGERS = (
    "DROP TRIGGER tasks_recorded_settled",
    _on_task(
        "settled",
        "UPDATE OF status_state",
        "NEW.status_state <> OLD.status_state AND NEW.to_agent_id IS NOT NULL"
        f" AND NEW.status_state <> '{TaskState.INPUT_REQUIRED}'",
        at="NEW.status_timestamp",
        who=_ACTOR,
        kind=_SETTLED,
        old="OLD.status_state",
        new="NEW.status_state",
    ),
    _on_task(
        "scheduled",
        "INSERT",
        f"{_HEAD} AND NEW.status_state = '{TaskState.SCHEDULED}'",
        at="NEW.created_at",
        who="NEW.from_agent_id",
        kind=f"'{EventKind.SCHEDULED}'",
        old="NULL",
        new="NEW.to_agent_id",
    ),
    _on_task(
        "released",
        "UPDATE OF status_state",
        f"{_HEAD} AND OLD.status_state = '{TaskState.SCHEDULED}'"
        f" AND NEW.status_state = '{TaskState.INPUT_REQUIRED}'",
        at="NEW.status_timestamp",
        who="NEW.from_agent_id",
        kind=f"'{EventKind.SENT}'",
        old="NULL",
        new="NEW.to_agent_id",
    ),
    "CREATE TRIGGER events_awaited AFTER INSERT ON events FOR EACH ROW"
    f" WHEN {_GONE} OR NEW.kind IN ('{EventKind.STATE}', '{EventKind.ACKED}')"
    " BEGIN UPDATE tasks SET not_before = NEW.at"
    f" WHERE status_state = '{TaskState.SCHEDULED}' AND not_before IS NULL"
    f" AND ({_COME}); END",
)


def apply(registry: Registry) -> None:
    """Add what a message may wait for, and what follows from it; no message waits yet."""
    for statement in _ADMIT:
        registry.execute(statement)
    for column in _COLUMNS:
        registry.execute(f"ALTER TABLE tasks ADD COLUMN {column}")
    registry.execute(
        "CREATE INDEX tasks_scheduled ON tasks (context_id, seq)"
        f" WHERE status_state = '{TaskState.SCHEDULED}'"
    )
    registry.execute(
        "CREATE INDEX tasks_expiring ON tasks (expires_at) WHERE expires_at IS NOT NULL"
    )
    for statement in _TRIGGERS:
        registry.execute(statement)
    registry.execute(_SCREENS)
    registry.execute("CREATE INDEX screens_agent ON screens (agent_id, at)")
    registry.execute("CREATE INDEX screens_session ON screens (session_id, seq)")
