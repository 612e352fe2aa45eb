"""The table of comments as a peewee model: see `models`."""

from __future__ import annotations

from peewee import CompositeKey, ForeignKeyField, IntegerField, TextField

from cafleet_core.comments import Side
from cafleet_core.storage.models import Session, Table, values


class Comment(Table):
    """What a review says of one line of a file."""

    task_id = TextField(
        help_text="The review: a message to one agent, whose text holds the comment, too."
    )
    number = IntegerField(help_text="Its place among the review's, from 1.")
    session = ForeignKeyField(
        Session,
        column_name="session_id",
        index=False,
        help_text="The session it was sent in.",
    )
    path = TextField(help_text="The file, relative to the top of the repository.")
    line = IntegerField(help_text="The line, from 1; 0 for the file as a whole.")
    side = TextField(
        help_text=values(Side, "Whether that line is there, or was removed: ")
    )
    text = TextField(help_text="What is said of it.")
    acked_at = TextField(
        null=True,
        help_text="When the recipient acked it; NULL also where the whole message was acked.",
    )

    class Meta:
        table_name = "comments"
        primary_key = CompositeKey("task_id", "number")
