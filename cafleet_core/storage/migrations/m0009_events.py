"""Revision 9: the record of what happened, and what was done about it by the user's rules.

What happens to messages and agents is recorded by triggers: in the transaction of the change,
whoever makes it, and without another statement on a send's path. By their names they follow
those that number a change.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind, TaskState, TaskType

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_TABLE = """
    CREATE TABLE events (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        session_id TEXT NOT NULL,
        agent_id TEXT,
        kind TEXT NOT NULL,
        old TEXT,
        new TEXT,
        reference TEXT,
        detail TEXT
    )
"""

_RULES = (
    """
    CREATE TABLE rule_cursors (
        rule TEXT NOT NULL PRIMARY KEY,
        seq INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE rule_runs (
        rule TEXT NOT NULL,
        seq INTEGER NOT NULL,
        name TEXT NOT NULL,
        at TEXT NOT NULL,
        ok INTEGER,
        outcome TEXT,
        output TEXT,
        PRIMARY KEY (rule, seq)
    )
    """,
    "CREATE INDEX rule_runs_at ON rule_runs (at)",
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


def _on_task(name: str, change: str, when: str, values: str) -> str:
    """A trigger on tasks; `values` are those of at, agent_id, kind, old, new."""
    return (
        f"CREATE TRIGGER tasks_recorded_{name} AFTER {change} ON tasks FOR EACH ROW WHEN {when}"
        " BEGIN INSERT INTO events"
        " (at, agent_id, kind, old, new, session_id, reference)"
        f" VALUES ({values}, NEW.session_id, NEW.task_id); END"
    )


_TRIGGERS = (
    _on_task(
        "sent",
        "INSERT",
        "(NEW.origin_task_id IS NULL OR NEW.origin_task_id = NEW.task_id)"
        f" AND (NEW.status_state = '{TaskState.INPUT_REQUIRED}'"
        f"      OR NEW.type = '{TaskType.BROADCAST_SUMMARY}')",
        f"NEW.created_at, NEW.from_agent_id, '{EventKind.SENT}', NULL, NEW.to_agent_id",
    ),
    _on_task(
        "pushed",
        "UPDATE OF push_outcome, push_reason",
        "NEW.submitted_at IS NULL AND NEW.push_at IS NOT NULL"
        " AND (COALESCE(NEW.push_outcome, '') <> COALESCE(OLD.push_outcome, '')"
        "      OR COALESCE(NEW.push_reason, '') <> COALESCE(OLD.push_reason, ''))",
        f"NEW.push_at, NEW.context_id, '{EventKind.PUSHED}',"
        " OLD.push_outcome || COALESCE(':' || OLD.push_reason, ''),"
        " NEW.push_outcome || COALESCE(':' || NEW.push_reason, '')",
    ),
    _on_task(
        "submitted",
        "UPDATE OF submitted_at",
        "OLD.submitted_at IS NULL AND NEW.submitted_at IS NOT NULL",
        f"NEW.submitted_at, NEW.context_id, '{EventKind.SUBMITTED}', NULL, NULL",
    ),
    _on_task(
        "read",
        "UPDATE OF read_at",
        "OLD.read_at IS NULL AND NEW.read_at IS NOT NULL"
        " AND NEW.status_state = OLD.status_state",
        f"NEW.read_at, NEW.context_id, '{EventKind.READ}', NULL, NULL",
    ),
    _on_task(
        "settled",
        "UPDATE OF status_state",
        "NEW.status_state <> OLD.status_state AND NEW.to_agent_id IS NOT NULL",
        f"NEW.status_timestamp, {_ACTOR}, {_SETTLED}, OLD.status_state, NEW.status_state",
    ),
    "CREATE TRIGGER agents_recorded_joined AFTER INSERT ON agents FOR EACH ROW"
    " WHEN NEW.status = 'active' BEGIN INSERT INTO events"
    " (at, session_id, agent_id, kind, new) VALUES"
    f" (NEW.registered_at, NEW.session_id, NEW.agent_id, '{EventKind.JOINED}', NEW.kind);"
    " END",
    "CREATE TRIGGER agents_recorded_left AFTER UPDATE OF status ON agents FOR EACH ROW"
    " WHEN NEW.status <> OLD.status AND NEW.deregistered_at IS NOT NULL"
    " BEGIN INSERT INTO events (at, session_id, agent_id, kind, new) VALUES"
    f" (NEW.deregistered_at, NEW.session_id, NEW.agent_id, '{EventKind.LEFT}', NEW.kind);"
    " END",
)


def apply(registry: Registry) -> None:
    """Make the table and its triggers; of what happened before there is no record."""
    registry.execute("ALTER TABLE tasks ADD COLUMN push_at TEXT")
    registry.execute("ALTER TABLE agent_placements ADD COLUMN question TEXT")
    registry.execute(_TABLE)
    registry.execute("CREATE INDEX events_session ON events (session_id, at)")
    for statement in (*_TRIGGERS, *_RULES):
        registry.execute(statement)
