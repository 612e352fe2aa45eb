"""The table of how agents were started as a peewee model: see `models`."""

from __future__ import annotations

from peewee import ForeignKeyField, TextField

from cafleet_core.storage.models import Agent, Table


class Start(Table):
    """How an agent was last started, so that it can be started again."""

    agent = ForeignKeyField(
        Agent,
        column_name="agent_id",
        primary_key=True,
        help_text="Who was started.",
    )
    argv = TextField(
        help_text="The command as it was launched, a JSON list; `{prompt}` stands for the"
        " prompt, `***` for what may be a secret."
    )
    cwd = TextField(help_text="The folder in which it was started.")
    variables = TextField(
        help_text="The names of the variables that were given to it, separated by spaces;"
        " their values are kept nowhere."
    )
    model = TextField(null=True, help_text="Its model, where one was named.")
    effort = TextField(null=True, help_text="Its effort, where one was named.")
    layout = TextField(null=True, help_text="The layout of its pane's window.")
    conversation = TextField(
        help_text="The id of its conversation in its own program; empty where it is not known."
    )
    started_at = TextField(help_text="When it was started.")

    class Meta:
        table_name = "starts"
