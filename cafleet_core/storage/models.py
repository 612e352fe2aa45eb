"""The tables as peewee models: what queries are built from. Connections are the registry's.

The models are bound to a database that is never opened; it only tells peewee which
SQL to write. `Registry.fetch` and `Registry.run` execute what is built. What a column means
is its `help_text`, of which docs/data-model.md is made.
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

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import (
    AgentKind,
    AgentStatus,
    Awaited,
    PaneState,
    PushOutcome,
    PushReason,
    SenderProof,
    TaskState,
    TaskType,
)

if TYPE_CHECKING:
    from cafleet_core.fast_types import StrEnum

dialect = SqliteDatabase(None)


def values(states: type[StrEnum], before: str = "") -> str:
    return f"{before}{', '.join(f'`{state}`' for state in states)}."


class Table(Model):
    """The base of all tables."""

    class Meta:
        database = dialect


class Revision(Table):
    """Which programs may use the registry: one row."""

    head = IntegerField(
        primary_key=True, help_text="The revision; of a file, its `user_version` too."
    )
    oldest_reader = IntegerField(
        help_text="Programs of this revision, and of later ones, can use it."
    )

    class Meta:
        table_name = "revision"


class Session(Table):
    """A team. `director_agent_id` is set after the Director's row: each refers to the other."""

    session_id = TextField(primary_key=True, help_text="A random UUID.")
    label = TextField(null=True, help_text="A name for humans.")
    created_at = TextField(help_text="When it began.")
    deleted_at = TextField(
        null=True, help_text="When it was deleted; its messages are kept."
    )
    director_agent_id = TextField(null=True, help_text="Its Director.")
    version = IntegerField(
        default=0,
        help_text="Grows with every change of a task of the session that shows.",
    )

    class Meta:
        table_name = "sessions"


class Agent(Table):
    """Whoever can send or receive."""

    agent_id = TextField(primary_key=True, help_text="A random UUID.")
    session = ForeignKeyField(
        Session, column_name="session_id", help_text="The session it belongs to."
    )
    name = TextField(help_text="Unique among the session's active agents.")
    description = TextField(help_text="What it is there for.")
    status = TextField(help_text=values(AgentStatus))
    kind = TextField(help_text=values(AgentKind))
    skills = TextField(null=True, help_text="What it can do, a JSON document.")
    registered_at = TextField(help_text="When it joined.")
    deregistered_at = TextField(null=True, help_text="When it left.")
    last_active_at = TextField(
        null=True, help_text="Its own last act: sent, acked or read."
    )

    class Meta:
        table_name = "agents"


class Placement(Table):
    """Where an active agent lives."""

    agent = ForeignKeyField(
        Agent,
        column_name="agent_id",
        primary_key=True,
        help_text="The agent that lives there.",
    )
    director_agent_id = TextField(
        null=True, help_text="Whose member it is; a Director has none."
    )
    host = TextField(help_text="The machine: its id, see `hosts`.")
    tmux_socket = TextField(help_text="The tmux server's socket.")
    tmux_server_pid = IntegerField(help_text="The tmux server's process.")
    tmux_server_started = IntegerField(
        help_text="When that server was started, in seconds since 1970."
    )
    tmux_session = TextField(help_text="The tmux session's name.")
    tmux_window_id = TextField(help_text="The window, such as `@3`.")
    tmux_pane_id = TextField(
        null=True, help_text="The pane, such as `%7`; NULL while it is being made."
    )
    coding_agent = TextField(
        help_text="Which coding agent runs there, such as `claude`."
    )
    process_names = TextField(
        help_text="The foreground commands that may be typed into, separated by spaces."
    )
    pane_state = TextField(
        null=True,
        help_text=values(
            PaneState, "What the agent was doing when somebody last looked: "
        ),
    )
    pane_state_since = TextField(null=True, help_text="Since when it does that.")
    created_at = TextField(help_text="When it was placed.")
    cues = TextField(
        help_text="What the agent's screen looks like in each state, a JSON document."
    )
    operation = TextField(
        null=True,
        help_text="`create` or `delete`, and the process that is at it (its pid, start and"
        " pid namespace); NULL while nothing is.",
    )
    pane_pid = IntegerField(
        help_text="The pane's first process; 0 where that is not known."
    )
    pane_started = TextField(
        help_text="When that process began, as the system counts it; else empty."
    )
    program_pid = IntegerField(
        help_text="The process in front that is the agent; 0 until one is known."
    )
    program_started = TextField(
        help_text="When that process began, as the system counts it; else empty."
    )
    sender_key = TextField(
        help_text="The SHA-256 of the key that its program was started with, and the pid"
        " namespace in which that key was made; else empty."
    )

    question = TextField(
        null=True,
        help_text="What the agent asked when somebody last looked, and the answers that its"
        " screen offered, a JSON document; NULL where it asks nothing that can be read.",
    )

    class Meta:
        table_name = "agent_placements"


class Task(Table):
    """One delivery, or a broadcast's summary."""

    seq = AutoField(help_text="The order of creation.")
    task_id = TextField(unique=True, help_text="A random UUID, by which it is acked.")
    session = ForeignKeyField(
        Session, column_name="session_id", help_text="The session it was sent in."
    )
    context = ForeignKeyField(
        Agent,
        column_name="context_id",
        help_text="Whose inbox it is in: the recipient; for a summary, the sender.",
    )
    from_agent = ForeignKeyField(
        Agent, column_name="from_agent_id", help_text="The sender."
    )
    to_agent_id = TextField(null=True, help_text="The recipient; a summary has none.")
    type = TextField(help_text=values(TaskType))
    text = TextField(help_text="The body, as it was sent.")
    origin_task_id = TextField(
        null=True,
        help_text="What holds a message together: the broadcast's summary, or the first of several deliveries.",
    )
    reply_to_task_id = TextField(null=True, help_text="The task that this one answers.")
    status_state = TextField(help_text=values(TaskState))
    status_timestamp = TextField(help_text="When that state began.")
    created_at = TextField(help_text="When it was sent.")
    notified_at = TextField(
        null=True, help_text="When it was typed into the recipient's pane."
    )
    read_at = TextField(null=True, help_text="When the recipient first polled it.")
    acked_at = TextField(null=True, help_text="When the recipient acked it.")
    push_outcome = TextField(
        null=True, help_text=values(PushOutcome, "What became of the last push: ")
    )
    push_reason = TextField(null=True, help_text=values(PushReason, "Why: "))
    push_attempts = IntegerField(help_text="How often a push was tried.")
    version = IntegerField(
        help_text="The session's, when the task last changed in a way that shows."
    )
    submitted_at = TextField(
        null=True, help_text="When the typed text was seen to leave the input box."
    )
    push_next_at = TextField(
        null=True,
        help_text="When the push that is owed is tried again; NULL where none is owed.",
    )
    push_claimed_until = TextField(
        null=True,
        help_text="Until when one process alone may try: a lease, which ends by itself.",
    )
    sender_proof = TextField(
        null=True,
        help_text=values(SenderProof, "How it was proven who sent it: ")
        + " NULL where nobody asked: written at the control room, or before proofs were kept.",
    )

    push_at = TextField(
        null=True, help_text="When a push was last tried, or looked after."
    )
    not_before = TextField(
        null=True,
        help_text="The time for which it waits or has waited; NULL where it waits for none,"
        " or for an agent still.",
    )
    every = TextField(
        null=True,
        help_text="When it is sent again, as five fields of cron in the sending machine's"
        " local time; NULL where it is sent once.",
    )
    expires_at = TextField(
        null=True,
        help_text="When it fails if it was neither typed nor read by then.",
    )
    urgent = IntegerField(
        help_text="1 where it is first in line, and a busy agent is hardly waited for."
    )
    awaits = TextField(
        null=True,
        help_text="An agent's id, and what the message waits for there: "
        + ", ".join(f"`{awaited}`" for awaited in Awaited)
        + ".",
    )

    class Meta:
        table_name = "tasks"


class Monitor(Table):
    """Who watches a session on a host."""

    session = ForeignKeyField(
        Session, column_name="session_id", help_text="The session that is watched."
    )
    host = TextField(help_text="On which machine: its id, see `hosts`.")
    holder = TextField(help_text="Which process watches: its pid and a random UUID.")
    heartbeat_at = TextField(
        help_text="Its last sign of life; after 15 s without one another takes its place."
    )

    class Meta:
        table_name = "monitors"
        primary_key = CompositeKey("session", "host")


class Wake(Table):
    """A condition of which a Director was told."""

    agent = ForeignKeyField(
        Agent,
        column_name="agent_id",
        help_text="The agent that the condition is about.",
    )
    condition = TextField(help_text="What the Director was told.")
    at = TextField(help_text="When it was told.")

    class Meta:
        table_name = "wakes"
        primary_key = CompositeKey("agent", "condition")
