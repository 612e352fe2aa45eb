"""The tables as peewee models: what queries are built from. Connections are the registry's.

The models are bound to a database that is never opened; it only tells peewee which
SQL to write. `Registry.fetch` and `Registry.run` execute what is built.
"""

from __future__ import annotations

from peewee import (
    AutoField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)

dialect = SqliteDatabase(None)


class _Table(Model):
    class Meta:
        database = dialect


class Session(_Table):
    """A team; `director_agent_id` closes the circle and is filled right after the agent."""

    session_id = TextField(primary_key=True)
    label = TextField(null=True)
    created_at = TextField()
    deleted_at = TextField(null=True)
    director_agent_id = TextField(null=True)

    class Meta:
        table_name = "sessions"


class Agent(_Table):
    """Whoever can send or receive."""

    agent_id = TextField(primary_key=True)
    session = ForeignKeyField(Session, column_name="session_id")
    name = TextField()
    description = TextField()
    status = TextField()
    kind = TextField()
    skills = TextField(null=True)
    registered_at = TextField()
    deregistered_at = TextField(null=True)
    last_active_at = TextField(null=True)

    class Meta:
        table_name = "agents"


class Placement(_Table):
    """Where an active agent lives."""

    agent = ForeignKeyField(Agent, column_name="agent_id", primary_key=True)
    director_agent_id = TextField(null=True)
    host = TextField()
    tmux_socket = TextField()
    tmux_server_pid = IntegerField()
    tmux_server_started = IntegerField()
    tmux_session = TextField()
    tmux_window_id = TextField()
    tmux_pane_id = TextField(null=True)
    coding_agent = TextField()
    process_names = TextField()
    pane_state = TextField(null=True)
    pane_state_since = TextField(null=True)
    created_at = TextField()
    cues = TextField()

    class Meta:
        table_name = "agent_placements"


class Task(_Table):
    """One delivery, or a broadcast's summary."""

    seq = AutoField()
    task_id = TextField(unique=True)
    session = ForeignKeyField(Session, column_name="session_id")
    context = ForeignKeyField(Agent, column_name="context_id")
    from_agent = ForeignKeyField(Agent, column_name="from_agent_id")
    to_agent_id = TextField(null=True)
    type = TextField()
    text = TextField()
    origin_task_id = TextField(null=True)
    reply_to_task_id = TextField(null=True)
    status_state = TextField()
    status_timestamp = TextField()
    created_at = TextField()
    notified_at = TextField(null=True)
    read_at = TextField(null=True)
    acked_at = TextField(null=True)
    push_outcome = TextField(null=True)
    push_reason = TextField(null=True)
    push_attempts = IntegerField()
    version = IntegerField()
    submitted_at = TextField(null=True)
    push_next_at = TextField(null=True)
    push_claimed_until = TextField(null=True)

    class Meta:
        table_name = "tasks"


class Monitor(_Table):
    """Who watches a session on a host."""

    session = ForeignKeyField(Session, column_name="session_id")
    host = TextField()
    holder = TextField()
    heartbeat_at = TextField()

    class Meta:
        table_name = "monitors"
        primary_key = CompositeKey("session", "host")


class Wake(_Table):
    """A condition of which a Director was told."""

    agent = ForeignKeyField(Agent, column_name="agent_id")
    condition = TextField()
    at = TextField()

    class Meta:
        table_name = "wakes"
        primary_key = CompositeKey("agent", "condition")
