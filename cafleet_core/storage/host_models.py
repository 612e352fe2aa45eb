"""The tables of machines and of what they ask of each other, as peewee models: see `models`."""

from __future__ import annotations

from peewee import ForeignKeyField, TextField

from cafleet_core.storage.models import Session, Table


class Host(Table):
    """One machine of one user."""

    host_id = TextField(
        primary_key=True, help_text="A random UUID, made once in the state folder."
    )
    name = TextField(help_text="Its name, for people.")
    boot_id = TextField(help_text="Which start of the machine this is.")
    seen_at = TextField(
        null=True,
        help_text="The last sign of its host process; after 15 s without one it is away.",
    )
    version = TextField(help_text="The program's version there.")
    accepts = TextField(help_text="What it does when another machine asks for it.")

    class Meta:
        table_name = "hosts"


class Request(Table):
    """What one machine has asked of another's host process."""

    request_id = TextField(primary_key=True, help_text="A random UUID.")
    session = ForeignKeyField(
        Session, column_name="session_id", help_text="In which session."
    )
    host_id = TextField(help_text="The machine that is asked.")
    agent_id = TextField(null=True, help_text="The agent that it is about.")
    verb = TextField(help_text="What is asked for.")
    arguments = TextField(help_text="How, a JSON document.")
    asked_by = TextField(null=True, help_text="The agent that asks.")
    role = TextField(help_text="As whom the asker is known to the server.")
    created_at = TextField(help_text="When it was asked.")
    expires_at = TextField(help_text="When nobody may begin with it any more.")
    claimed_at = TextField(null=True, help_text="When it was begun, once.")
    answered_at = TextField(null=True, help_text="When it was done.")
    outcome = TextField(null=True, help_text="What became of it, a JSON document.")

    class Meta:
        table_name = "requests"


class LiveScreen(Table):
    """The screen of an agent, while somebody on another machine looks at it."""

    agent_id = TextField(primary_key=True, help_text="Whose screen.")
    session_id = TextField(help_text="In which session.")
    host_id = TextField(help_text="The machine that shows it.")
    wanted_until = TextField(help_text="Until when somebody looks at it.")
    seen_at = TextField(null=True, help_text="When it was seen like this.")
    screen = TextField(
        null=True,
        help_text="With its colours: UTF-8, zlib, base 85; empty if too large.",
    )

    class Meta:
        table_name = "live_screens"
