"""The table of commands that members were told to run as a peewee model: see `models`."""

from __future__ import annotations

from peewee import ForeignKeyField, IntegerField, TextField

from cafleet_core.states import Ending
from cafleet_core.storage.models import Agent, Session, Table, values


class Execution(Table):
    """A command that a member was told to run, and how it ended."""

    execution_id = TextField(
        primary_key=True,
        help_text="A random UUID; the message that tells its end has it too.",
    )
    session = ForeignKeyField(
        Session,
        column_name="session_id",
        index=False,
        help_text="Whose session it is.",
    )
    agent = ForeignKeyField(
        Agent,
        column_name="agent_id",
        index=True,
        help_text="The member in whose pane it runs.",
    )
    asked_by = ForeignKeyField(
        Agent, column_name="asked_by", index=False, help_text="Who is told of its end."
    )
    command = TextField(help_text="How the command begins.")
    milliseconds = IntegerField(help_text="After how long it is ended.")
    asked_at = TextField(help_text="When it was asked for.")
    awaited_until = TextField(
        null=True, help_text="Until when a process is known to wait for its end."
    )
    began_at = TextField(null=True, help_text="When it began.")
    ended_at = TextField(null=True, help_text="When its end was known.")
    ending = TextField(null=True, help_text=values(Ending))
    exit_code = IntegerField(
        null=True,
        help_text="Its exit code; 128 and a signal's number where that ended it.",
    )

    class Meta:
        table_name = "executions"
