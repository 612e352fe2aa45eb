"""The tables of who watches, and of what Directors were told, as peewee models: see `models`."""

from __future__ import annotations

from peewee import CompositeKey, ForeignKeyField, TextField

from cafleet_core.storage.models import Agent, Session, Table


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
