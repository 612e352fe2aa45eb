"""The tables of sessions and agents as peewee models, and the base of all models.

Queries are built from models; connections are the registry's. The models are bound to a
database that is never opened; it only tells peewee which SQL to write. `Registry.fetch` and
`Registry.run` execute what is built. What a column means is its `help_text`, of which
docs/data-model.md is made.
"""

from __future__ import annotations

from peewee import ForeignKeyField, IntegerField, Model, SqliteDatabase, TextField

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind, AgentStatus, PaneState

if TYPE_CHECKING:
    from cafleet_core.fast_types import StrEnum

dialect = SqliteDatabase(None)


def values(states: type[StrEnum], before: str = "") -> str:
    """All states as a column's `help_text`, after `before`."""
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
    told_at = IntegerField(
        null=True,
        help_text="On a server: when those that wait were last told of such a change,"
        " in milliseconds since 1970.",
    )

    class Meta:
        table_name = "sessions"


class Agent(Table):
    """An agent: it can send and receive messages."""

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
    last_sent_at = TextField(null=True, help_text="When it last sent a message.")
    last_received_at = TextField(
        null=True, help_text="When the last message to it was sent."
    )
    last_acked_at = TextField(null=True, help_text="When it last acked a message.")

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
        help_text="`create`, `delete` or `restart`, and the process that is at it (its pid, start and"
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
    inbox_refusals = IntegerField(
        help_text="How many messages its own inbox has not taken in a row; after two, keys"
        " are used."
    )
    execution = TextField(
        null=True,
        help_text="The command of `member exec` that has the pane to itself, and the process"
        " that runs it, or by when it must have begun; NULL while none does.",
    )
    parked_until = TextField(
        null=True,
        help_text="Until when nothing is typed to it because its account is at its limit, as"
        " another agent of that account was told; NULL while that is not so.",
    )

    class Meta:
        table_name = "agent_placements"
