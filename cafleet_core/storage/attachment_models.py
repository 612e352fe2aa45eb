"""The table of attachments as a peewee model: see `models`."""

from __future__ import annotations

from peewee import CompositeKey, ForeignKeyField, IntegerField, TextField

from cafleet_core.storage.models import Session, Table


class Attachment(Table):
    """A file that a message comes with: where it is, and what it was when it was sent."""

    head_id = TextField(
        help_text="The message: its head's id, which all of its deliveries share."
    )
    position = IntegerField(help_text="Its place among the message's, from 0.")
    session = ForeignKeyField(
        Session,
        column_name="session_id",
        index=False,
        help_text="The session it was sent in.",
    )
    host = TextField(help_text="The machine it is on: its id, see `hosts`.")
    path = TextField(help_text="Where it is: an absolute path.")
    copied_from = TextField(
        null=True,
        help_text="Where the sender had it; NULL where `path` is the sender's own file.",
    )
    bytes = IntegerField(help_text="Its size.")
    modified = TextField(
        help_text="When it had last been changed: nanoseconds since 1970, in digits."
    )
    sha256 = TextField(help_text="The SHA-256 of what was in it, in hexadecimal.")

    class Meta:
        table_name = "attachments"
        primary_key = CompositeKey("head_id", "position")
