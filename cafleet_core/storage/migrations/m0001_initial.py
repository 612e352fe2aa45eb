"""Revision 1: sessions, agents, their placements, and tasks."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_STATEMENTS = (
    """
    CREATE TABLE sessions (
        session_id TEXT NOT NULL PRIMARY KEY,
        label TEXT,
        created_at TEXT NOT NULL,
        deleted_at TEXT,
        director_agent_id TEXT REFERENCES agents (agent_id)
    )
    """,
    """
    CREATE TABLE agents (
        agent_id TEXT NOT NULL PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (session_id),
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('active', 'deregistered')),
        kind TEXT NOT NULL
            CHECK (kind IN ('director', 'member', 'agent', 'administrator')),
        skills TEXT,
        registered_at TEXT NOT NULL,
        deregistered_at TEXT,
        last_active_at TEXT
    )
    """,
    "CREATE UNIQUE INDEX agents_active_name ON agents (session_id, name)"
    " WHERE status = 'active'",
    "CREATE INDEX agents_session ON agents (session_id, status)",
    """
    CREATE TABLE agent_placements (
        agent_id TEXT NOT NULL PRIMARY KEY REFERENCES agents (agent_id),
        director_agent_id TEXT REFERENCES agents (agent_id),
        host TEXT NOT NULL,
        tmux_socket TEXT NOT NULL,
        tmux_server_pid INTEGER NOT NULL,
        tmux_server_started INTEGER NOT NULL,
        tmux_session TEXT NOT NULL,
        tmux_window_id TEXT NOT NULL,
        tmux_pane_id TEXT,
        coding_agent TEXT NOT NULL,
        process_names TEXT NOT NULL,
        pane_state TEXT,
        pane_state_since TEXT,
        created_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX placements_pane"
    " ON agent_placements (tmux_pane_id, tmux_server_pid, tmux_socket)",
    """
    CREATE TABLE tasks (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        task_id TEXT NOT NULL,
        session_id TEXT NOT NULL REFERENCES sessions (session_id),
        context_id TEXT NOT NULL REFERENCES agents (agent_id),
        from_agent_id TEXT NOT NULL REFERENCES agents (agent_id),
        to_agent_id TEXT REFERENCES agents (agent_id),
        type TEXT NOT NULL CHECK (type IN ('unicast', 'broadcast_summary')),
        text TEXT NOT NULL,
        origin_task_id TEXT,
        reply_to_task_id TEXT,
        status_state TEXT NOT NULL CHECK
            (status_state IN ('input_required', 'completed', 'canceled', 'failed')),
        status_timestamp TEXT NOT NULL,
        created_at TEXT NOT NULL,
        notified_at TEXT,
        read_at TEXT,
        acked_at TEXT,
        push_outcome TEXT,
        push_reason TEXT,
        push_attempts INTEGER NOT NULL,
        version INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX tasks_id ON tasks (task_id)",
    "CREATE INDEX tasks_inbox ON tasks (context_id, seq)"
    " WHERE status_state = 'input_required'",
    "CREATE INDEX tasks_head ON tasks (session_id, seq)"
    " WHERE origin_task_id IS NULL OR origin_task_id = task_id",
    "CREATE INDEX tasks_origin ON tasks (origin_task_id)"
    " WHERE origin_task_id IS NOT NULL",
    "CREATE INDEX tasks_session_version ON tasks (session_id, version)",
    "CREATE INDEX tasks_version ON tasks (version)",
    "CREATE INDEX tasks_session_open ON tasks (session_id)"
    " WHERE status_state = 'input_required'",
    "CREATE INDEX tasks_sent ON tasks (from_agent_id, seq)",
    "CREATE INDEX tasks_received ON tasks (context_id, seq)"
    " WHERE to_agent_id IS NOT NULL",
    "CREATE INDEX tasks_acked ON tasks (context_id, acked_at)"
    " WHERE acked_at IS NOT NULL",
)


def apply(registry: Registry) -> None:
    """Make every table and index."""
    for statement in _STATEMENTS:
        registry.execute(statement)
